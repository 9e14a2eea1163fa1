// The network that can be opened by hand. It shows what the still picture shows, from the same
// answer of the desk; a click on a group asks for the same page with that group opened. The
// tables below follow, and so does the address, so that a link or a file is of what is seen.
import { Beside } from "./beside";
import { Drawing } from "./drawing";
import { type Chosen, isAccount, type Network, read } from "./network";
import { watch } from "./progress";
import { count, made, percent, said } from "./words";

const NONE = "none";

/** Draw the network of a page in place of its still picture. */
export const show = async (box: HTMLElement): Promise<void> => {
  try {
    await new Explorer(box).begin();
  } catch {
    box.hidden = true;
    document.body.classList.remove("explores");
  }
};

class Explorer {
  private readonly here: string;
  private readonly path: string;
  private readonly canvas = made("div", "", "canvas");
  private readonly beside: Beside;
  private network!: Network;
  private drawing!: Drawing;
  private asked = 0;

  constructor(private readonly box: HTMLElement) {
    this.here = box.dataset["here"] ?? "";
    this.path = box.dataset["graph"] ?? "";
    this.beside = new Beside(this.here, {
      toggle: (group) => void this.toggle(group),
      choose: (chosen, look) => this.choose(chosen, look),
    });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", said("graph"));
  }

  async begin(): Promise<void> {
    this.network = await read(this.path);
    if (!this.network.nodes.length) return;
    const stage = made("div", "", "stage");
    stage.append(this.tools(), this.canvas);
    this.box.append(stage, this.beside.box);
    this.box.hidden = false;
    document.body.classList.add("explores");
    this.drawing = new Drawing(this.canvas, this.network, {
      choose: (chosen) => this.clicked(chosen),
    });
    this.beside.show(this.network);
    this.count();
    // For whoever looks in from the browser's console.
    Object.assign(this.box, { drawing: this.drawing });
    void this.settle();
  }

  private clicked(chosen: Chosen): void {
    const node = chosen && "node" in chosen ? this.network.nodes[chosen.node] : undefined;
    if (node && !isAccount(node)) void this.toggle(node.group);
    else this.choose(chosen, false);
  }

  private choose(chosen: Chosen, look: boolean): void {
    this.beside.tell(chosen);
    this.drawing.mark(chosen);
    if (look && chosen && "node" in chosen) this.drawing.lookAt(chosen.node);
  }

  private async toggle(group: string): Promise<void> {
    const opened = this.network.groups.filter((one) => one.opened).map((one) => one.key);
    const open = opened.includes(group) ? opened.filter((one) => one !== group) : [...opened, group];
    const turn = ++this.asked;
    try {
      const next = await read(this.pathOf(open.join(",") || NONE));
      if (turn === this.asked) this.become(next, group);
    } catch {
      this.beside.say(said("not-read"));
    }
  }

  private become(next: Network, toggled?: string): void {
    this.network = next;
    this.drawing.mark(null);
    this.drawing.become(next);
    this.beside.show(next);
    this.count();
    if (!toggled) return;
    const group = next.groups.find((one) => one.key === toggled);
    const what = said(group?.opened ? "opened" : "closed", group?.name ?? "", count(next.nodes.length), count(next.links.length));
    const left = next.links_left_out + next.accounts_left_out;
    this.beside.say(left ? `${what} ${said("left-out", count(next.links_left_out), count(next.accounts_left_out))}` : what);
    const page = `${this.here}/coordination?open=${encodeURIComponent(next.open)}`;
    history.replaceState(history.state, "", page);
    void import("./partial").then((part) => part.replace(page, "#twins"));
    void this.settle();
  }

  /** Have the accounts placed by their ties where that is still to be done. */
  private async settle(): Promise<void> {
    if (this.network.settled || this.box.dataset["settles"] === undefined) return;
    const turn = this.asked;
    const alive = await fetch("/alive", { headers: { Accept: "application/json" } });
    if (!alive.ok) return;
    const { form_token } = (await alive.json()) as { form_token: string };
    const answer = await fetch(`${this.here}/coordination/layout`, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ form_token, open: this.network.open }),
    });
    if (!answer.ok) return;
    const { to } = (await answer.json()) as { to: string };
    const done = (): void => void (turn === this.asked && this.settled(turn));
    if (!to.startsWith("/job/")) return done();
    watch(to, {
      now: (at) => turn === this.asked && this.beside.say(said("settling", percent(at.percent))),
      ended: done,
    });
  }

  private async settled(turn: number): Promise<void> {
    const next = await read(this.pathOf(this.network.open));
    if (turn !== this.asked || !next.settled) return;
    this.become(next);
    this.beside.say(said("settled"));
  }

  private pathOf(open: string): string {
    return `${this.here}/coordination/graph?open=${encodeURIComponent(open)}`;
  }

  private count(): void {
    this.box.dataset["nodes"] = String(this.network.nodes.length);
    this.box.dataset["links"] = String(this.network.links.length);
    this.box.dataset["settled"] = String(this.network.settled);
  }

  private tools(): HTMLElement {
    const bar = made("div", "", "tools");
    bar.append(
      tool("closer", "+", () => this.drawing.zoom(1 / 1.5)),
      tool("further", "−", () => this.drawing.zoom(1.5)),
      tool("whole", "", () => this.drawing.zoom()),
      tool("still", "", () => this.still()),
    );
    return bar;
  }

  private still(): void {
    this.box.hidden = true;
    document.body.classList.remove("explores");
    document.querySelector<HTMLElement>(".still")?.focus();
  }
}

const tool = (name: string, sign: string, act: () => void): HTMLButtonElement => {
  const button = made("button", sign || said(name));
  button.type = "button";
  if (sign) {
    button.setAttribute("aria-label", said(name));
    button.title = said(name);
  }
  button.addEventListener("click", act);
  return button;
};
