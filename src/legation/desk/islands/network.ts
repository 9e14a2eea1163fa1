// A network as the desk tells it; see `graph.py`, which bounds it.

export interface Node {
  key: string;
  role: "originator" | "amplifier" | "bridge";
  x: number;
  y: number;
  r: number;
  group: string;
  name?: string;
  size?: number;
}

/** From, to (places in the list of nodes), pairs of accounts, validated, pairs of posts. */
export type Line = [number, number, number, number, number];

export interface Group {
  key: string;
  name: string;
  role: Node["role"];
  accounts: number;
  inside: number;
  opened: boolean;
}

export interface Network {
  nodes: Node[];
  links: Line[];
  groups: Group[];
  links_left_out: number;
  accounts_left_out: number;
  ties: number;
  open: string;
  settled: boolean;
  width: number;
  height: number;
}

export const isAccount = (node: Node): boolean => node.name === undefined;

/** What is chosen: one vertex, or one line between two. */
export type Chosen = { node: number } | { line: number } | null;

/** Read the network of an address. */
export const read = async (path: string): Promise<Network> => {
  const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Network;
};
