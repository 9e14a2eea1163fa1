// Files of parts that are led by their lengths: the statement file, the register copy, the file
// of a key directory. Each is read in one way; nothing in them is trusted.

import {
  ascii,
  decoded,
  encoded,
  find,
  fromBase64,
  joined,
  seconds,
  sha256Hex,
  startsWith,
  unreadable,
} from "./octets.js";

export const MAX_SIGNED = 4000000;
const MAX_PROOF = 200000;
export const MAX_FILE = MAX_SIGNED + 2 * MAX_PROOF + 10000;
const LONGEST_LINE = 8000;
const LINE_FEED = 10;
const NUMBER = /^[0-9]+$/;
const FINGERPRINT = /^[0-9a-f]{64}$/;
const ENTRY = "legation statement entry 1\n";
const EMBARGO = /^embargo \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/;

export const FILE_MAGIC = encoded("legation statement file 1\n");
export const COPY_MAGIC = encoded("legation register copy 1\n");
const END = encoded("end\n");
const DIRECTORY_MAGIC = encoded("legation key directory file 1\n");

/** A place in the bytes of a file. */
class Cursor {
  constructor(data, magic, most) {
    if (data.length > most) throw unreadable("too-large");
    if (!startsWith(data, magic)) throw unreadable("other-format");
    this.data = data;
    this.at = magic.length;
  }

  has(name) {
    return startsWith(this.data, encoded(`${name} `), this.at);
  }

  line(name) {
    const length = this.data.subarray(this.at, this.at + LONGEST_LINE).indexOf(LINE_FEED);
    if (length < 0 || !this.has(name)) throw this.refusal();
    const end = this.at + length;
    const value = decoded(this.data.subarray(this.at + name.length + 1, end));
    if (value === null) throw this.refusal();
    this.at = end + 1;
    return value;
  }

  count(name, least, most) {
    const digits = this.line(name);
    const plain = NUMBER.test(digits) && digits.length <= `${most}`.length && `${Number(digits)}` === digits;
    if (!plain || Number(digits) < least || Number(digits) > most) throw this.refusal();
    return Number(digits);
  }

  part(name, most) {
    const end = this.count(name, 1, most) + this.at;
    if (this.data[end] !== LINE_FEED) throw this.refusal();
    const part = this.data.subarray(this.at, end);
    this.at = end + 1;
    return part;
  }

  octets(value, size) {
    const octets = fromBase64(value);
    if (octets?.length !== size) throw this.refusal();
    return octets;
  }

  end() {
    if (decoded(this.data.subarray(this.at)) !== "end\n") throw this.refusal();
  }

  refusal() {
    return unreadable("damaged", `byte ${this.at}`);
  }
}

/** The parts of a statement file. */
export function readFile(data) {
  const cursor = new Cursor(data, FILE_MAGIC, MAX_FILE);
  const parts = fileParts(cursor);
  cursor.end();
  return parts;
}

/** The statement file that stands at a place of other bytes; null when none stands there whole. */
export function fileAt(data, at) {
  const cursor = new Cursor(data.subarray(at, at + MAX_FILE), FILE_MAGIC, MAX_FILE);
  try {
    fileParts(cursor);
  } catch {
    return null;
  }
  return startsWith(cursor.data, END, cursor.at) ? cursor.data.slice(0, cursor.at + END.length) : null;
}

function fileParts(cursor) {
  const signed = cursor.part("signed", MAX_SIGNED);
  const classical = cursor.octets(cursor.line("ed25519"), 64);
  const safe = cursor.octets(cursor.line("ml-dsa-65"), 3309);
  const proof = cursor.has("proof") ? cursor.part("proof", MAX_PROOF) : new Uint8Array();
  const cosignatures = cursor.has("cosignatures") ? cursor.part("cosignatures", MAX_PROOF) : new Uint8Array();
  return { signed, signature: joined(classical, safe), proof, cosignatures };
}

/** What the log holds of a statement, with the line of its embargo. */
export async function entryOf({ signed, signature }) {
  const hashes = await Promise.all([sha256Hex(signed), sha256Hex(signature)]);
  let at = 0;
  for (let line = 0; line < 6 && at >= 0; line++) {
    const end = signed.indexOf(LINE_FEED, at);
    at = end > at ? end + 1 : -1;
  }
  const embargo = at < 0 ? "" : (ascii(signed.subarray(at, at + 29)) ?? "");
  return encoded(`${ENTRY}${hashes.join("\n")}\n${EMBARGO.test(embargo) ? embargo : ""}`);
}

/** Until when a statement is kept back of which only the entry is shown; null when it is none. */
export function embargoOf(entry) {
  const text = ascii(entry) ?? "";
  const last = text.slice(-29);
  const kept = text.startsWith(ENTRY) && /^(?:[0-9a-f]{64}\n){2}$/.test(text.slice(ENTRY.length, -29));
  return kept && EMBARGO.test(last) ? seconds(last.slice(8, -1)) : null;
}

/** The parts of a register copy. */
export function readCopy(data) {
  const cursor = new Cursor(data, COPY_MAGIC, 1e9);
  const directories = [];
  for (let left = cursor.count("directories", 1, 10000); left; left--) {
    directories.push(cursor.part("directory", 4000000));
  }
  const checkpoint = cursor.part("checkpoint", 1 << 20);
  const entries = [];
  for (let left = cursor.count("entries", 0, 2000000); left; left--) {
    const embargoed = cursor.has("entry");
    entries.push({ embargoed, data: embargoed ? cursor.part("entry", 65535) : cursor.part("statement", MAX_FILE) });
  }
  cursor.end();
  return { directories, checkpoint, entries };
}

/** The parts of a key directory's file: what was signed, and by which root keys. */
export function readDirectoryFile(data) {
  const most = 3000000;
  const cursor = new Cursor(data, DIRECTORY_MAGIC, most + 40 * 5000 + 100);
  const signed = cursor.part("signed", most);
  const signatures = [];
  while (cursor.has("root")) {
    const [by, classical, safe, ...more] = cursor.line("root").split(" ");
    if (safe === undefined || more.length || !FINGERPRINT.test(by)) throw cursor.refusal();
    if (signatures.length && signatures.at(-1).by >= by) throw cursor.refusal();
    signatures.push({ by, signature: joined(cursor.octets(classical, 64), cursor.octets(safe, 3309)) });
  }
  if (signatures.length > 40) throw cursor.refusal();
  cursor.end();
  return { signed, signatures };
}

/** Header, and what follows the first empty line; null without one. */
export function headed(octets) {
  const gap = find(octets, [LINE_FEED, LINE_FEED]);
  return gap < 0 ? null : [octets.subarray(0, gap), octets.subarray(gap + 2)];
}
