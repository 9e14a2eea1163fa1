// Lists turn their pages, and filters answer, without a new page: htmx puts the next part in
// the place of the last, and the label of the page with it. A link that fails is followed.
import htmx from "htmx.org";

const PART = "#main";
const LABEL = "#marking";

/** Let the lists of this page turn in place. */
export const turnLists = (): void => {
  enhance(document.body);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = (event as CustomEvent).detail;
    // Sent elsewhere: to the way in, say. That is a page of its own.
    if (xhr.status === 200 && samePath(xhr.responseURL, pathInfo.finalRequestPath)) return;
    event.preventDefault();
    location.assign(pathInfo.finalRequestPath);
  });
  document.body.addEventListener("htmx:sendError", () => dispatchEvent(new Event("legation:unreachable")));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const { target } = (event as CustomEvent).detail as { target: HTMLElement };
    if (target.id !== PART.slice(1)) return;
    const main = document.querySelector<HTMLElement>(PART);
    if (!main) return;
    enhance(main);
    main.focus();
  });
};

/** Put a part of another page of ours in the place of this one's. */
export const replace = (path: string, part: string): void =>
  void htmx.ajax("get", path, { target: part, select: part, swap: "outerHTML" });

const enhance = (root: HTMLElement): void => {
  for (const link of root.querySelectorAll<HTMLAnchorElement>("nav.turn a")) {
    give(link, link.pathname + link.search);
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form.filter")) {
    give(form, new URL(form.action).pathname);
  }
};

const give = (to: HTMLElement, path: string): void => {
  to.setAttribute("hx-get", path);
  to.setAttribute("hx-target", PART);
  to.setAttribute("hx-select", PART);
  to.setAttribute("hx-select-oob", LABEL);
  to.setAttribute("hx-swap", "outerHTML");
  to.setAttribute("hx-push-url", "true");
  htmx.process(to);
};

const samePath = (one: string, other: string): boolean =>
  new URL(one, location.href).pathname === new URL(other, location.href).pathname;
