// The network on the graphics card. Places come from the desk; nothing is laid out here. A role
// has a form beside its colour, as in the still picture: square, circle, diamond.
import { NodeSquareProgram } from "@sigma/node-square";
import { UndirectedGraph } from "graphology";
import Sigma from "sigma";
import { NodeCircleProgram } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData, PartialButFor } from "sigma/types";
import { animateNodes } from "sigma/utils";

import { type Chosen, isAccount, type Line, type Network, type Node } from "./network";
import { count } from "./words";

type Letters = { labelFont: string; labelSize: number; labelWeight: string };
type Shown = PartialButFor<NodeDisplayData, "x" | "y" | "size" | "label" | "color">;

const FORMS = { originator: "square", amplifier: "circle", bridge: "diamond" } as const;
// The forms cover about what the circle does, as in the still picture.
const SIZES = { originator: 0.86, amplifier: 1, bridge: 0.83 } as const;
const MOVE_MS = 450;
const CLASSES = 4;
const DENSE = 250;
const FAINT = 0.16;
const LEAST = 7;

const theme = { ink: "", soft: "", sheet: "", within: "", fills: {} as Record<Node["role"], string> };

const readTheme = (box: HTMLElement): void => {
  const style = getComputedStyle(box);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  Object.assign(theme, { ink: of("--ink"), soft: of("--strand"), sheet: of("--sheet"), within: of("--within") });
  for (const role of ["originator", "amplifier", "bridge"] as const) {
    theme.fills[role] = of(`--${role}`);
  }
};

// A group bears the number of its accounts; names come with the pointer, or they would cover all.
const label = (context: CanvasRenderingContext2D, data: Shown, letters: Letters): void => {
  const within = (data as { within?: string }).within;
  if (!within) return name(context, data, letters);
  if (data.size < LEAST) return;
  context.font = `600 ${Math.min(letters.labelSize, data.size * 0.8)}px ${letters.labelFont}`;
  context.fillStyle = theme.within;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(within, data.x, data.y);
  context.textAlign = "start";
  context.textBaseline = "alphabetic";
};

const name = (context: CanvasRenderingContext2D, data: Shown, letters: Letters): void => {
  if (!data.label) return;
  context.font = `${letters.labelWeight} ${letters.labelSize}px ${letters.labelFont}`;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = theme.sheet;
  context.fillStyle = theme.ink;
  const wide = context.measureText(data.label).width;
  const right = data.x + data.size + 6;
  const x = right + wide < context.canvas.clientWidth ? right : data.x - data.size - 6 - wide;
  const y = data.y + letters.labelSize / 3;
  context.strokeText(data.label, x, y);
  context.fillText(data.label, x, y);
};

const hover = (context: CanvasRenderingContext2D, data: Shown, letters: Letters): void => {
  context.beginPath();
  context.arc(data.x, data.y, data.size * 1.2 + 3, 0, Math.PI * 2);
  context.lineWidth = 2;
  context.strokeStyle = theme.ink;
  context.stroke();
  label(context, data, letters);
  name(context, data, letters);
};

class Square extends NodeSquareProgram {
  override drawLabel = label;
  override drawHover = hover;
}

class Diamond extends Square {
  override getDefinition(): ReturnType<NodeSquareProgram["getDefinition"]> {
    const square = super.getDefinition();
    const turned = square.CONSTANT_DATA.map((row) => row.map((angle) => angle + Math.PI / 4));
    return { ...square, CONSTANT_DATA: turned };
  }
}

/** What a reader does to the drawing. */
export interface Reader {
  choose(chosen: Chosen): void;
}

/** The drawing of one network, which may change. */
export class Drawing {
  readonly sigma: Sigma;
  private readonly graph = new UndirectedGraph();
  private network: Network;
  private chosen: Chosen = null;
  private near = new Set<string>();

  constructor(box: HTMLElement, network: Network, reader: Reader) {
    this.network = network;
    readTheme(box);
    this.fill(network);
    this.sigma = new Sigma(this.graph, box, {
      hideEdgesOnMove: true,
      enableEdgeEvents: true,
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      stagePadding: 16,
      minCameraRatio: 0.05,
      maxCameraRatio: 1.6,
      labelFont: getComputedStyle(box).fontFamily,
      labelSize: 12,
      labelWeight: "600",
      labelRenderedSizeThreshold: 9,
      labelGridCellSize: 90,
      defaultNodeType: "circle",
      nodeProgramClasses: { circle: NodeCircleProgram, square: Square, diamond: Diamond },
      defaultDrawNodeLabel: label,
      defaultDrawNodeHover: hover,
      nodeReducer: (key, data) => (this.look(key, data)),
      edgeReducer: (key, data) => this.line(key, data as Record<string, number | string>),
      zIndex: true,
    });
    this.frame();
    this.sigma.on("clickNode", ({ node }) => reader.choose({ node: this.place(node) }));
    this.sigma.on("clickEdge", ({ edge }) => reader.choose({ line: Number(edge) }));
    this.sigma.on("clickStage", () => reader.choose(null));
    this.sigma.on("doubleClickNode", (event) => event.preventSigmaDefault());
    for (const [event, cursor] of [["enterNode", "pointer"], ["enterEdge", "pointer"], ["leaveNode", ""], ["leaveEdge", ""]] as const) {
      this.sigma.on(event, () => (box.style.cursor = cursor));
    }
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => {
      readTheme(box);
      this.graph.updateEachNodeAttributes((_, data) => ({ ...data, color: theme.fills[data["role"] as Node["role"]] }));
      this.sigma.refresh();
    });
  }

  /** Show another state of the network; what stays moves to its new place. */
  become(network: Network): void {
    const middle = new Map(this.network.nodes.map((one) => [one.group, one]));
    const from = new Map<string, { x: number; y: number }>();
    for (const one of network.nodes) {
      const before = this.graph.hasNode(one.key)
        ? this.graph.getNodeAttributes(one.key)
        : isAccount(one) && middle.has(one.group) && at(middle.get(one.group) as Node);
      if (before) from.set(one.key, { x: before["x"], y: before["y"] });
    }
    this.network = network;
    this.graph.clear();
    this.fill(network);
    this.frame();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const to: Record<string, { x: number; y: number }> = {};
    for (const one of network.nodes) {
      to[one.key] = at(one);
      const start = from.get(one.key);
      if (start) this.graph.mergeNodeAttributes(one.key, start);
    }
    animateNodes(this.graph, to, { duration: MOVE_MS, easing: "quadraticInOut" });
  }

  /** Let what is chosen stand out, and look at it when it is out of sight. */
  mark(chosen: Chosen): void {
    this.chosen = chosen;
    this.near.clear();
    if (chosen && "node" in chosen) {
      const key = this.network.nodes[chosen.node]?.key;
      if (key && this.graph.hasNode(key)) this.near = new Set([key, ...this.graph.neighbors(key)]);
    } else if (chosen) {
      this.near = new Set(this.graph.extremities(String(chosen.line)));
    }
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Bring a vertex into the middle. */
  lookAt(node: number): void {
    const shown = this.sigma.getNodeDisplayData(this.network.nodes[node]?.key);
    if (shown) void this.move({ x: shown.x, y: shown.y, ratio: Math.min(this.sigma.getCamera().ratio, 0.5) });
  }

  /** Come closer or go further away; without a factor the whole is shown. */
  zoom(factor?: number): void {
    const camera = this.sigma.getCamera();
    void this.move(factor ? { ratio: camera.getBoundedRatio(camera.ratio * factor) } : { x: 0.5, y: 0.5, ratio: 1 });
  }

  private move(state: { x?: number; y?: number; ratio?: number }): Promise<void> {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return this.sigma.getCamera().animate(state, { duration: still ? 0 : MOVE_MS });
  }

  private fill(network: Network): void {
    for (const one of network.nodes) this.graph.addNode(one.key, drawn(one));
    const most = Math.log1p(Math.max(1, ...network.links.map((line) => line[4])));
    network.links.forEach((line, number) => this.addLine(line, number, most));
  }

  private addLine([a, b, , , objects]: Line, number: number, most: number): void {
    const [from, to] = [this.network.nodes[a], this.network.nodes[b]];
    if (!from || !to) return;
    const level = Math.min(Math.floor((CLASSES * Math.log1p(objects)) / most), CLASSES - 1);
    this.graph.addEdgeWithKey(String(number), from.key, to.key, { size: 0.5 + 0.6 * level, level });
  }

  private frame(): void {
    this.sigma?.setCustomBBox({ x: [0, this.network.width], y: [-this.network.height, 0] });
    this.sigma?.refresh();
  }

  private place(key: string): number {
    return this.network.nodes.findIndex((one) => one.key === key);
  }

  private fades(key: string): boolean {
    return this.chosen !== null && !this.near.has(key);
  }

  private look(key: string, data: Record<string, unknown>): Record<string, unknown> {
    if (this.fades(key)) {
      return { ...data, color: mixed(data["color"] as string, FAINT), within: " ", forceLabel: false };
    }
    return this.chosen && "node" in this.chosen && this.network.nodes[this.chosen.node]?.key === key
      ? { ...data, highlighted: true, zIndex: 2 }
      : data;
  }

  private line(key: string, data: Record<string, number | string>): Partial<EdgeDisplayData> {
    const strong = this.chosen && ("line" in this.chosen ? this.chosen.line === Number(key) : this.touches(key));
    if (strong) return { ...data, color: theme.ink, size: Number(data["size"]) + 0.8, zIndex: 1 };
    const faint = Math.min(1, Math.sqrt(DENSE / this.network.links.length)) * (this.chosen ? 0.3 : 1);
    return { ...data, color: faded(theme.soft, (0.24 + 0.18 * Number(data["level"])) * faint) };
  }

  private touches(key: string): boolean {
    if (!this.chosen || !("node" in this.chosen)) return false;
    return this.graph.hasExtremity(key, this.network.nodes[this.chosen.node]?.key);
  }
}

const at = (node: Node): { x: number; y: number } => ({ x: node.x, y: -node.y });

const drawn = (node: Node): Record<string, unknown> => ({
  ...at(node),
  size: node.r * SIZES[node.role],
  role: node.role,
  type: FORMS[node.role],
  color: theme.fills[node.role],
  label: isAccount(node) ? node.key : `${node.name} · ${count(node.size ?? 1)}`,
  zIndex: isAccount(node) ? 0 : 1,
  ...(isAccount(node) ? {} : { within: count(node.size ?? 1), forceLabel: true }),
});

const parts = (colour: string): number[] => [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));

// The graphics card adds colours up as they are given, so a faint one is given faint.
const faded = (colour: string, share: number): string =>
  `rgba(${parts(colour).map((part) => Math.round(part * share))},${share})`;

const mixed = (colour: string, share: number): string => {
  const ground = parts(theme.sheet);
  return `rgb(${parts(colour).map((part, at) => Math.round(part * share + (ground[at] ?? 0) * (1 - share)))})`;
};
