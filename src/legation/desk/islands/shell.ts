// What every page of the desk may have beyond its HTML. Each page says and does everything
// without it; here are shortcuts, a warning when the line is down, progress that moves, lists
// that turn without a new page, and the network that can be opened by hand.
import { guardForms } from "./line";
import { listen } from "./shortcuts";
import { follow } from "./progress";

const start = (): void => {
  listen();
  guardForms();
  for (const box of document.querySelectorAll<HTMLElement>("[data-job]")) follow(box);
  const graph = document.querySelector<HTMLElement>("[data-graph]");
  if (graph && drawsGraphs()) void import("./graph").then((part) => part.show(graph));
  if (document.querySelector("nav.turn a, form.filter, [data-graph]")) onceLoaded(turn);
};

const turn = (): void => void import("./partial").then((part) => part.turnLists());

// htmx looks at the page when it is loaded, and only then.
const onceLoaded = (act: () => void): void => {
  if (document.readyState === "complete") act();
  else addEventListener("load", act, { once: true });
};

const drawsGraphs = (): boolean => {
  const gl = document.createElement("canvas").getContext("webgl2");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null;
};

start();
