// Puts answers into words and elements. Whatever came from outside is shown as text, never as
// markup, in its own direction, and signs that nobody sees are named.

import { FAULTS, HINTS, LANGUAGES, WORDS } from "./words.js";

const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const SYMBOLS = { current: "✓", replaced: "↻", altered: "≠", "not-found": "?" };

let place = 0;

/** Set the language; the page is told anew by whoever calls. */
export function speak(language) {
  place = Math.max(0, LANGUAGES.indexOf(language));
}

export function say(name, ...values) {
  const [open, close] = place === 2 ? ["\u2068", "\u2069"] : ["", ""];
  return WORDS[name][place].replace(/\{(\d)\}/g, (_, at) => `${open}${values[at]}${close}`);
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const paragraph = (text) => element("p", {}, text);

const ofOutside = (text) => element("bdi", {}, text.replace(UNSEEN, named));

const named = (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;

const clock = (time) => time.replace("T", " ").replace("Z", " UTC");

export const note = (...lines) => element("div", { class: "box" }, ...lines.map(paragraph));

/** A register that is open. */
export function openTold(register) {
  const { faults, embargoed, leaves } = register;
  const lines = [say("open", register.name, clock(register.said.as_of), leaves.length - embargoed - faults.length)];
  if (embargoed) lines.push(say("embargoed", embargoed));
  if (faults.length) lines.push(say("faults", faults.length, faults.map(({ index }) => index).join(", ")));
  if (register.trust.classical) lines.push(`${say("classical")}. ${say("classical-note")}`);
  return note(...lines);
}

/** Why there is no verdict. */
export function faultTold(code, detail = "") {
  const [sentence, hint] = [FAULTS[code] ?? FAULTS.unknown, HINTS[(FAULTS[code] ?? FAULTS.unknown)[3]]];
  const heading = element("h3", { tabindex: "-1" }, `${say("no-verdict")}: ${sentence[place]}`);
  const told = element("div", { class: "told" }, heading, paragraph(hint[place]));
  if (detail) told.append(element("p", { class: "help" }, ofOutside(detail)));
  return told;
}

/** A verdict: its word, what it is about, where the words differ, the text as it was issued. */
export function verdictTold({ said, found, short, alone, compared }, classical, save) {
  const word = said.verdict;
  let sentence = say(word);
  if (said.see.length) sentence += ` ${say("see", said.see.map(({ number }) => number).join(", "))}`;
  if (word === "not-found") sentence += ` ${say("as-of", clock(said.as_of))}`;
  const heading = element("h3", { tabindex: "-1" }, element("span", { "aria-hidden": "true" }, `${SYMBOLS[word]} `), sentence);
  const told = element("div", { class: "told", "data-verdict": word }, heading);
  if (classical) {
    heading.append(" ", element("span", { class: "label" }, say("classical")));
    told.append(paragraph(say("classical-note")));
  }
  if (alone) told.append(paragraph(say(alone)));
  told.append(paragraph(say(`says-${short && found ? "short" : word === "altered" ? said.part : word}`, leftOut(said))));
  told.append(facts(said));
  if (said.see.length) told.append(element("h4", {}, say("later")), changes(said.see));
  if (said.differences.length) told.append(element("h4", {}, say("differences")), differences(said.differences));
  if (found) {
    told.append(element("h4", {}, say("registered")));
    told.append(element("article", { lang: found.language, dir: "auto" }, found.text));
    if (found.said.attachments.length) told.append(element("h4", {}, say("attached")), attachments(found.said, compared));
  }
  const button = element("button", { type: "button" }, say("save"));
  button.addEventListener("click", save);
  told.append(element("p", {}, button));
  return told;
}

/** How many words of the registered text do not stand in the other. */
const leftOut = ({ differences: rows }) => rows.reduce((sum, { words }) => sum + words, 0);

function attachments({ attachments: rows }, compared) {
  const told = rows.map(({ name, size, sha256 }) => {
    const item = element("li", {}, ofOutside(name), ` · ${size} · SHA-256 `, element("code", { dir: "ltr" }, sha256));
    const state = compared.get(name);
    if (state !== undefined) item.append(" · ", element("strong", {}, say(state ? "attached-same" : "attached-other")));
    return item;
  });
  return element("ul", {}, ...told);
}

function facts(said) {
  const rows = [
    ["issuer", said.issuer],
    ["number", said.number],
    ["in", said.languages.join(", ")],
    ["issued", clock(said.issued)],
    ["embargo", clock(said.embargo)],
    ["of-register", said.register],
    ["of-time", clock(said.as_of)],
  ].filter(([, value]) => value);
  const told = rows.flatMap(([name, value]) => [element("dt", {}, say(name)), element("dd", {}, ofOutside(value))]);
  return element("dl", {}, ...told);
}

function changes(see) {
  const rows = see.map(({ relation, number, issued, reason }) => say(relation, number, clock(issued), reason));
  return element("ul", {}, ...rows.map((row) => element("li", {}, row)));
}

function differences(rows) {
  const told = rows.map(({ kind, at, registered, pasted }) => {
    const item = element("li", {}, paragraph(say(kind, at)));
    if (kind !== "added") item.append(marked("del", "as-issued", registered));
    if (kind !== "missing") item.append(marked("ins", "as-asked", pasted));
    return item;
  });
  return element("ol", {}, ...told);
}

const marked = (name, label, text) => element("p", {}, `${say(label)} `, element(name, { dir: "auto" }, ofOutside(text)));
