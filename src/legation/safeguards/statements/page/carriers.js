// Finds a statement in what carries it: its own file, a PDF, a page of the web, a block in a mail,
// a QR code. A carrier proves nothing; what is found in it is checked like any other file.

import { broken, decoded, encoded, find, fromBase64, hex, parted, startsWith } from "./octets.js";
import { COPY_MAGIC, FILE_MAGIC } from "./files.js";

const PDF = encoded("%PDF-");
const END = encoded("\nend\n");
const STREAM = encoded("stream");
const IN_HTML = /<script\s[^>]*application\/vnd\.legation\.statement\+base64[^>]*>([^<]*)<\/script>/i;
const BLOCK = /-----BEGIN LEGATION STATEMENT-----([^-]*)-----END LEGATION STATEMENT-----/;
const TEXT_BEGINS = "-----BEGIN LEGATION STATEMENT TEXT-----";
const TEXT_ENDS = "-----END LEGATION STATEMENT TEXT-----";
const SHORT =
  /^https:\/\/([!-~]+)#L1~([0-9A-Za-z][0-9A-Za-z./_-]{0,63})~([\w-]{22})(?:~([\w-]{11})~([\w-]{86}))?$/;

/** What a file is: a `copy`, a `statement`, a `short` form, a `text`, or `nothing` that is known. */
export async function inFile(data) {
  if (startsWith(data, COPY_MAGIC)) return { kind: "copy", data };
  if (startsWith(data, FILE_MAGIC)) return { kind: "statement", data };
  if (startsWith(data, PDF)) {
    const found = embedded(data) ?? (await inStreams(data));
    return found ? { kind: "statement", data: found } : { kind: "nothing" };
  }
  const text = decoded(data);
  if (text === null || text.includes("\0")) return { kind: "nothing" };
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(text)) {
    const found = IN_HTML.exec(text);
    const statement = found && fromBase64(found[1].replace(/\s+/g, ""));
    return statement ? { kind: "statement", data: statement } : { kind: "nothing" };
  }
  return inText(text);
}

/** What a pasted text is. */
export function inText(text) {
  const block = BLOCK.exec(text);
  const statement = block && fromBase64(block[1].replace(/\s+/g, ""));
  if (statement) return { kind: "statement", data: statement };
  const from = text.indexOf(TEXT_BEGINS);
  const to = text.indexOf(TEXT_ENDS, from + 1);
  if (from >= 0 && to > from) {
    const [, , said] = parted(text.slice(from, to).replace(/\r\n?/g, "\n"), "\n\n");
    return { kind: "text", text: said.replace(/^- (?=(?:- )*-----)/gm, "") };
  }
  const short = SHORT.exec(text.trim());
  if (short) return shortForm(text.trim(), short);
  return { kind: "text", text };
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

/** A statement file that stands in other bytes as it is. */
function embedded(data) {
  const from = find(data, FILE_MAGIC);
  const to = from < 0 ? -1 : find(data, END, from);
  return to < 0 ? null : data.slice(from, lastEnd(data, from, to) + END.length);
}

/** The end that the lengths in the file lead to; an `end` in its text is none. */
function lastEnd(data, from, first) {
  const lead = encoded("signed ");
  const line = from + FILE_MAGIC.length;
  if (!startsWith(data, lead, line)) return first;
  const size = parseInt(decoded(data.subarray(line + lead.length, line + lead.length + 8)) ?? "0", 10);
  const behind = find(data, END, line + size);
  return behind < 0 ? first : behind;
}

/** A statement file in a compressed stream of a PDF. */
async function inStreams(data) {
  for (let at = find(data, STREAM); at >= 0; at = find(data, STREAM, at + 1)) {
    let begin = at + STREAM.length;
    if (data[begin] === 13) begin++;
    if (data[begin] !== 10 || data[begin + 1] !== 0x78) continue;
    const found = await inflated(data.subarray(begin + 1));
    if (found && startsWith(found, FILE_MAGIC)) return found;
  }
  return null;
}

async function inflated(octets) {
  const parts = [];
  const reader = new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      if (parts.length === 1 && !startsWith(value, FILE_MAGIC)) return null;
    }
  } catch {
    // What follows the stream in the file is no part of it.
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
