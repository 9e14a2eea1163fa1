// What stands beside the graph: its twin as a list for who uses keys or a reader of screens, a
// search for an account, and why what is chosen is there, with the way to the posts.
import { type Chosen, type Group, isAccount, type Line, type Network, type Node } from "./network";
import { count, made, said } from "./words";

const LISTED = 100;
const NEIGHBOURS = 12;

/** What a reader does in the list. */
export interface Reader {
  toggle(group: string): void;
  choose(chosen: Chosen, look: boolean): void;
}

/** The list beside the graph. */
export class Beside {
  readonly box = made("div", "", "beside");
  private readonly find = made("input");
  private readonly list = made("ul", "", "twin");
  private readonly told = made("div", "", "told");
  private network!: Network;

  constructor(
    private readonly here: string,
    private readonly reader: Reader,
  ) {
    const label = made("label", said("find"));
    this.find.type = "search";
    this.find.id = label.htmlFor = "find-account";
    this.find.autocomplete = "off";
    this.find.spellcheck = false;
    this.find.dir = "auto";
    this.find.addEventListener("input", () => this.fill());
    this.told.setAttribute("role", "status");
    const search = made("p");
    search.append(label, this.find);
    this.list.setAttribute("aria-label", said("beside"));
    this.box.append(search, this.told, this.list);
  }

  /** Show the list of a network. */
  show(network: Network): void {
    this.network = network;
    this.fill();
  }

  /** Say one sentence. */
  say(text: string): void {
    this.told.replaceChildren(made("p", text));
  }

  /** Tell of what is chosen. */
  tell(chosen: Chosen): void {
    if (!chosen) return this.told.replaceChildren();
    const node = "node" in chosen ? this.network.nodes[chosen.node] : undefined;
    const line = "line" in chosen ? this.network.links[chosen.line] : undefined;
    if (node && "node" in chosen) this.told.replaceChildren(...this.ofNode(node, chosen.node));
    if (line) this.told.replaceChildren(...this.ofLine(line));
  }

  private fill(): void {
    const wanted = this.find.value.trim().toLowerCase();
    const held = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : "";
    if (wanted) this.fillFound(wanted);
    else this.list.replaceChildren(...this.network.groups.map((group) => this.ofGroup(group)));
    if (held) this.list.querySelector<HTMLElement>(`[data-key="${CSS.escape(held)}"]`)?.focus();
  }

  private fillFound(wanted: string): void {
    const found = this.network.nodes.filter((one) => isAccount(one) && one.key.toLowerCase().includes(wanted));
    const some = found.slice(0, LISTED);
    this.say(found.length ? said("found", count(found.length), count(some.length)) : said("none-found"));
    this.list.replaceChildren(...some.map((one) => item(this.account(one))));
  }

  private ofGroup(group: Group): HTMLLIElement {
    const button = this.button(group.key, said("group-of", group.name, count(group.accounts)));
    button.setAttribute("aria-expanded", String(group.opened));
    button.addEventListener("click", () => this.reader.toggle(group.key));
    button.prepend(form(group.role));
    const one = item(button);
    if (!group.opened) return one;
    const accounts = this.network.nodes.filter((node) => isAccount(node) && node.group === group.key);
    const inner = made("ul");
    inner.append(...accounts.slice(0, LISTED).map((node) => item(this.account(node))));
    inner.append(item(link(said("all-of"), `${this.here}/accounts?group=${encodeURIComponent(group.key)}`)));
    one.append(inner);
    return one;
  }

  private account(node: Node): HTMLButtonElement {
    const button = this.button(node.key, node.key);
    button.classList.add("account");
    button.prepend(form(node.role));
    button.addEventListener("click", () => this.reader.choose({ node: this.network.nodes.indexOf(node) }, true));
    return button;
  }

  private button(key: string, text: string): HTMLButtonElement {
    const button = made("button");
    button.type = "button";
    button.dataset["key"] = key;
    button.append(made("bdi", text));
    return button;
  }

  private ofNode(node: Node, place: number): HTMLElement[] {
    const parts: HTMLElement[] = [this.name(node), made("p", said(`role-${node.role}`))];
    if (isAccount(node)) parts.push(par(link(said("ties-of"), this.path("ties", { account: node.key }))));
    const lines = this.network.links.filter(([a, b]) => a === place || b === place).slice(0, NEIGHBOURS);
    if (!lines.length) return parts;
    const list = made("ul");
    for (const line of lines) {
      const other = this.network.nodes[line[0] === place ? line[1] : line[0]];
      if (!other) continue;
      const one = made("li");
      one.append(this.short(other), made("span", said("pairs", count(line[4]))));
      if (isAccount(node) && isAccount(other)) one.append(this.why(line));
      list.append(one);
    }
    return [...parts, made("h3", said("drawn-ties")), list];
  }

  private ofLine(line: Line): HTMLElement[] {
    const ends = [this.network.nodes[line[0]], this.network.nodes[line[1]]];
    const names = ends.flatMap((end) => (end ? [this.name(end)] : []));
    const told = made("p", said("line-of", count(line[2]), count(line[3]), count(line[4])));
    const why = this.why(line);
    return [...names, told, ...(why.textContent ? [why] : [])];
  }

  private why([a, b]: Line): HTMLElement {
    const [one, other] = [this.network.nodes[a], this.network.nodes[b]];
    if (one && other && isAccount(one) && isAccount(other)) {
      return par(link(said("why"), this.path("tie", { a: one.key, b: other.key })));
    }
    const single = [one, other].find((end) => end && isAccount(end));
    if (single) return par(link(said("ties-of"), this.path("ties", { account: single.key })));
    return made("p", said("open-both"));
  }

  private name(node: Node): HTMLElement {
    const heading = made("h3");
    const text = made("bdi", node.name ?? node.key, isAccount(node) ? "account" : "");
    heading.append(form(node.role), text);
    return heading;
  }

  private short(node: Node): HTMLElement {
    return made("bdi", node.name ?? node.key, isAccount(node) ? "account" : "");
  }

  private path(page: string, of: Record<string, string>): string {
    return `${this.here}/${page}?${new URLSearchParams(of)}`;
  }
}

const item = (of: HTMLElement): HTMLLIElement => {
  const one = made("li");
  one.append(of);
  return one;
};

const par = (of: HTMLElement): HTMLElement => {
  const one = made("p");
  one.append(of);
  return one;
};

const link = (text: string, path: string): HTMLAnchorElement => {
  const one = made("a", text);
  one.href = path;
  return one;
};

const form = (role: Node["role"]): HTMLElement => {
  const one = made("span", "", `form ${role}`);
  one.setAttribute("aria-hidden", "true");
  return one;
};
