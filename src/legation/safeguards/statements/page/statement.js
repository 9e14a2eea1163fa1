// A statement: what its signed bytes say, with the refusals of `statement.py` and `limits.py`.

import { decoded, encoded, parted, seconds, sha256Hex, unreadable } from "./octets.js";
import { MAX_SIGNED, headed } from "./files.js";
import { digest, tidy } from "./wording.js";

export const PURPOSE = "legation/statement/v1";
const MAX_HEADER = 200000;
const MAX_TEXT = 400000;
const RELATIONS = ["corrects", "retracts", "supersedes"];
const WHOLE = /^(?:0|[1-9][0-9]{0,14})$/;
const HASH = /^[0-9a-f]{64}$/;
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z./_-]{0,63}$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[0-9A-Za-z]{2,8}){0,3}$/;
const HIDDEN =
  /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/u;
const UNSAFE = /[/\\:*?"<>|]/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;

/** What the signed bytes say. It is a claim until the signatures hold. */
export async function readStatement(signed) {
  const both = headed(signed);
  const [header, texts] = both ?? [signed, new Uint8Array()];
  if (header.length > MAX_HEADER || header.length + texts.length > MAX_SIGNED) throw refusal("too-large");
  const lines = decoded(header)?.split("\n");
  if (!both || !lines) throw refusal();
  const reader = new Reader(lines);
  if (reader.value("legation") !== "statement 1") throw refusal("other-format");
  const said = {
    issuer: reader.value("issuer"),
    office: reader.value("office"),
    number: reader.value("number"),
    key: reader.value("key"),
    issued: reader.time("issued"),
    embargo: reader.next() === "embargo" ? reader.time("embargo") : null,
    changes: [],
    attachments: [],
    versions: [],
  };
  if (said.embargo !== null) need(HASH.test(reader.value("salt")));
  while (RELATIONS.includes(reader.next())) {
    const relation = reader.next();
    const [number, reason] = reader.parts(relation, 2);
    said.changes.push({ relation, number, reason });
  }
  while (reader.next() === "attachment") {
    const [sha256, size, name] = reader.parts("attachment", 3);
    said.attachments.push({ sha256, size: whole(size), name });
  }
  let at = 0;
  while (reader.next() === "text") {
    const [language, sha256, worded, size] = reader.parts("text", 4);
    const raw = texts.subarray(at, at + whole(size));
    if (raw.length !== whole(size) || texts[at + raw.length] !== 10) throw refusal();
    if ((await sha256Hex(raw)) !== sha256) throw refusal();
    const text = decoded(raw);
    if (text === null) throw refusal();
    if (raw.length <= MAX_TEXT && (await digest(text)) !== worded) throw refusal();
    said.versions.push({ language, text, wording: worded });
    at += raw.length + 1;
  }
  if (!reader.done() || at !== texts.length) throw refusal();
  check(said);
  return said;
}

class Reader {
  constructor(lines) {
    this.lines = lines;
    this.at = 0;
  }

  next() {
    return this.done() ? "" : parted(this.lines[this.at], " ")[0];
  }

  done() {
    return this.at === this.lines.length;
  }

  value(name) {
    if (this.next() !== name) throw refusal();
    return parted(this.lines[this.at++], " ")[2];
  }

  parts(name, count) {
    const parts = this.value(name).split(" ");
    if (parts.length < count) throw refusal();
    return [...parts.slice(0, count - 1), parts.slice(count - 1).join(" ")];
  }

  time(name) {
    const at = seconds(this.value(name));
    if (at === null) throw refusal();
    return at;
  }
}

function whole(digits) {
  if (!WHOLE.test(digits)) throw refusal();
  return Number(digits);
}

function check(said) {
  checkLine(said.issuer);
  checkLine(said.office);
  need(NUMBER.test(said.number) && HASH.test(said.key));
  need(said.changes.length <= 50);
  for (const { number, reason } of said.changes) {
    need(NUMBER.test(number) && number !== said.number);
    checkLine(reason);
  }
  once(said.changes.map(({ number }) => number));
  need(said.attachments.length <= 100);
  for (const { name, sha256 } of said.attachments) {
    checkLine(name, 150);
    need(!UNSAFE.test(name) && !".-~".includes(name[0]) && !". ".includes(name.at(-1)) && !DEVICE.test(name));
    need(HASH.test(sha256));
  }
  once(said.attachments.map(({ name }) => caseless(name)));
  need(said.versions.length >= 1 && said.versions.length <= 40);
  for (const { language, text } of said.versions) {
    need(LANGUAGE.test(language) && encoded(text).length <= MAX_TEXT);
    checkPlain(text);
  }
  once(said.versions.map(({ language }) => language.toLowerCase()));
}

function checkLine(line, most = 500) {
  checkPlain(line);
  need(!line.includes("\n") && [...line].length <= most);
}

function checkPlain(text) {
  need(text && !CONTROL.test(text) && !HIDDEN.test(text) && tidy(text) === text);
}

/** A name without case, as Python folds it. */
function caseless(name) {
  const folded = (sign) => (sign === "\u0131" ? sign : sign.replace("\u1e9e", "ss").toUpperCase().toLowerCase());
  return [...name].map(folded).join("");
}

function once(values) {
  need(new Set(values).size === values.length);
}

function need(holds) {
  if (!holds) throw refusal();
}

function refusal(code = "damaged") {
  return unreadable(code);
}
