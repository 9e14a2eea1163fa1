// Finds a statement in what carries it: its own file, a PDF, a page of the web, a block in a mail,
// a QR code. A carrier proves nothing; what is found in it is checked like any other file. The rule
// is that of `app/statements/handed.py`, step by step.

import { Refusal, broken, decoded, encoded, find, fromBase64, hex, same, startsWith, timeText, unreadable } from "./octets.js";
import { COPY_MAGIC, FILE_MAGIC, MAX_FILE, fileAt, readFile } from "./files.js";
import { readStatement } from "./statement.js";

const MAX_PDF = 5e7;
const MAX_PASTED = 1e7;
const MAX_BLOCK = 800000;
const MOST_STREAMS = 20000;
const OWN = "legation statement file ";
const PDF = encoded("%PDF-");
const STREAM = encoded("stream");
const SCRIPT_TYPE = "application/vnd.legation.statement+base64";
const SCRIPT = /<script\b[^<>]{0,500}>/gi;
const PAGE = /^\s*<(?:!doctype|html|\?xml)/i;
const FIELD = /^([A-Z][a-z]{1,19}): (.{1,600})$/su;
const NOTE = "This block proves nothing by itself: look the text up in the register.";
const NOTHING = { kind: "nothing" };
const SHORT =
  /^https:\/\/([!-~]+)#L1~([0-9A-Za-z][0-9A-Za-z./_-]{0,63})~([\w-]{22})(?:~([\w-]{11})~([\w-]{86}))?$/;

/** What a file is: a `copy`, a `statement`, a `short` form, a `text`, or `nothing` that is known. */
export async function inFile(data) {
  if (startsWith(data, COPY_MAGIC)) return { kind: "copy", data };
  if (startsWith(data, encoded(OWN))) return { kind: "statement", data };
  if (startsWith(data, PDF)) return carried(await inPdf(data)) ?? NOTHING;
  const text = decoded(data);
  return text === null || text.includes("\0") ? NOTHING : inText(text);
}

/** What a text is. */
export async function inText(given) {
  const text = given.replace(/^\ufeff/, "");
  if (text.startsWith(OWN)) return { kind: "statement", data: encoded(text) };
  if (text.length > MAX_PASTED) throw unreadable("too-large");
  const lines = text.replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd());
  const [found, ...more] = blocks(lines, "LEGATION STATEMENT TEXT").map(blockOf);
  if (more.length) throw unreadable("damaged");
  const statement = carried([...blocks(lines, "LEGATION STATEMENT").map(armoured), ...inScripts(text)]);
  if (statement) {
    if (found) await requireSaid(found, statement.data);
    return statement;
  }
  if (found) return { kind: "text", text: found.text, alone: "alone-text" };
  const short = SHORT.exec(text.trim());
  if (short) return shortForm(text.trim(), short);
  return PAGE.test(text) ? NOTHING : { kind: "text", text };
}

/** The one statement among files that were found; null without any. */
function carried(files) {
  const [data] = files;
  const other = files.find((file) => !same(file, data));
  if (other) throw new Refusal("ConflictError", "two-files", `${numberOf(data)}, ${numberOf(other)}`);
  return data ? { kind: "statement", data, alone: "alone-file" } : null;
}

/** The number that a file claims. */
const numberOf = (file) => /^number (.{1,64})$/m.exec(decoded(file) ?? "")?.[1] ?? "?";

/** The lines of blocks of a name. */
function blocks(lines, name) {
  const [begin, end] = [`-----BEGIN ${name}-----`, `-----END ${name}-----`];
  if (!lines.includes(begin)) return [];
  const found = [];
  let open = null;
  for (const line of lines) {
    if (line === begin || line === end) {
      if (!open === (line === end)) throw unreadable("damaged");
      if (open) found.push(open);
      open = open ? null : [];
    } else open?.push(line);
  }
  if (open) throw unreadable("damaged");
  return found;
}

function blockOf(lines) {
  const gap = lines.indexOf("");
  const head = lines.slice(0, Math.max(gap, 0));
  const names = head.map((line) => FIELD.exec(line)?.[1]);
  const text = lines.slice(gap + 1).map((line) => line.replace(/^- (?=(?:- )*-----)/, "")).join("\n");
  const sound = !names.includes(undefined) && new Set(names).size === names.length && names.length <= 20;
  if (gap < 0 || !sound || !text || encoded(text).length > MAX_BLOCK) throw unreadable("damaged");
  return { head, text };
}

/** Refuse a block that says something else than the statement beside it. */
async function requireSaid({ head, text }, data) {
  const said = await readStatement(readFile(data).signed);
  const value = (name) => head.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const version = said.versions.find(({ language }) => language === value("Language"));
  const short = SHORT.exec(value("Short") ?? "");
  const told = version && short && [
    `Issuer: ${said.issuer}`,
    `Office: ${said.office}`,
    `Number: ${said.number}`,
    `Issued: ${timeText(said.issued)}`,
    `Language: ${version.language}`,
    `Wording: ${version.wording}`,
    `Register: ${short[0].split("#")[0]}`,
    `Short: ${short[0]}`,
    `Note: ${NOTE}`,
  ];
  const meant = told && short[2] === said.number && version.wording.startsWith(hex(spelled(short[3])));
  if (!meant || told.join("\n") !== head.join("\n") || text !== version.text) throw broken("other-head");
}

function armoured(lines) {
  const data = fromBase64(lines.join(""));
  const last = lines.length - 1;
  if (!data?.length || lines.some((line, at) => (at < last ? line.length !== 64 : !line || line.length > 64))) {
    throw unreadable("damaged");
  }
  return data;
}

/** The files in the scripts of a page. */
function inScripts(text) {
  const found = [];
  const closing = /<\/script/gi;
  for (const { 0: tag, index } of text.matchAll(SCRIPT)) {
    if (!/legation|&/i.test(tag) || typeOf(tag) !== SCRIPT_TYPE) continue;
    closing.lastIndex = index + tag.length;
    const data = fromBase64(text.slice(closing.lastIndex, closing.exec(text)?.index ?? 0).replace(/\s+/g, ""));
    if (!data?.length) throw unreadable("damaged");
    found.push(data);
  }
  return found;
}

/** The type that a browser reads in the opening tag of a script; nothing is run or loaded. */
function typeOf(tag) {
  const read = new DOMParser().parseFromString(tag, "text/html");
  return read.querySelector("script")?.getAttribute("type")?.trim().toLowerCase();
}

function shortForm(text, [, register, number, wording, key, signature]) {
  return {
    kind: "short",
    register,
    number,
    wording: hex(spelled(wording)),
    key: key ? hex(spelled(key)) : null,
    signature: signature ? spelled(signature) : null,
    signed: encoded(signature ? text.slice(0, -signature.length - 1) : text),
  };
}

/** Bytes of base64url in its one spelling. */
function spelled(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  const octets = fromBase64(plain + "=".repeat(-plain.length & 3));
  if (!octets) throw broken("short-form");
  return octets;
}

/** The statement files in a PDF, as they are or in compressed streams. */
async function inPdf(data) {
  if (data.length > MAX_PDF) throw unreadable("too-large");
  const found = [];
  let tries = 0;
  const tried = () => {
    if (++tries > MOST_STREAMS) throw unreadable("too-large");
  };
  for (let at = find(data, FILE_MAGIC); at >= 0; ) {
    tried();
    const file = fileAt(data, at);
    if (file) found.push(file);
    at = find(data, FILE_MAGIC, at + (file?.length ?? 1));
  }
  const whole = new Blob([data]);
  for (let at = find(data, STREAM); at >= 0; at = find(data, STREAM, at + 1)) {
    let begin = at + STREAM.length;
    if (data[begin] === 13) begin++;
    if (data[begin] !== 10 || data[begin + 1] !== 0x78) continue;
    tried();
    const file = await inflated(whole.slice(begin + 1));
    if (file) found.push(file);
  }
  return found;
}

/** The statement file that compressed bytes begin with; null without one. */
async function inflated(blob) {
  const parts = [];
  let size = 0;
  const reader = blob.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      if (size > MAX_FILE || (parts.length === 1 && !startsWith(value, FILE_MAGIC))) {
        await reader.cancel();
        return null;
      }
    }
  } catch {
    // What follows the stream in the file is no part of it.
  }
  return size ? new Uint8Array(await new Blob(parts).arrayBuffer()) : null;
}
