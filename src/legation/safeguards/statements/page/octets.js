// Bytes, their spellings in hexadecimal and base64, their hashes, and what is refused.

/** What is refused: `kind` is the error's name at the other doors, `code` tells why. */
export class Refusal extends Error {
  constructor(kind, code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.kind = kind;
    this.code = code;
    this.detail = detail;
  }
}

/** What cannot be read. */
export const unreadable = (code, detail) => new Refusal("BadInputError", code, detail);

/** What does not hold. */
export const broken = (code, detail) => new Refusal("VerificationError", code, detail);

const STRICT = { fatal: true, ignoreBOM: true };

export const encoded = (text) => new TextEncoder().encode(text);

/** Text of bytes in UTF-8; null when they are not. */
export function decoded(octets) {
  try {
    return new TextDecoder("utf-8", STRICT).decode(octets);
  } catch {
    return null;
  }
}

export const ascii = (octets) => (octets.every((one) => one < 128) ? decoded(octets) : null);

export const hex = (octets) => Array.from(octets, (one) => one.toString(16).padStart(2, "0")).join("");

export const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export function toBase64(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += 8192) text += String.fromCharCode(...octets.subarray(at, at + 8192));
  return btoa(text);
}

/** Bytes of standard base64 in its one spelling; null for anything else. */
export function fromBase64(text) {
  try {
    const raw = atob(text);
    return btoa(raw) === text ? Uint8Array.from(raw, (sign) => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (one, other) => one.length === other.length && one.every((octet, at) => octet === other[at]);

export const startsWith = (octets, lead, at = 0) => lead.every((octet, place) => octets[at + place] === octet);

/** Where bytes stand, from a place on; -1 when nowhere. */
export function find(octets, wanted, from = 0) {
  for (let at = octets.indexOf(wanted[0], from); at >= 0; at = octets.indexOf(wanted[0], at + 1)) {
    if (at + wanted.length <= octets.length && startsWith(octets, wanted, at)) return at;
  }
  return -1;
}

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

export const sha256Hex = async (...parts) => hex(await sha256(...parts));

/** A number in eight bytes, the largest first. */
export function eightBytes(number) {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(number));
  return octets;
}

/** Text before and behind the first separator, as Python's `partition`. */
export function parted(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

/** Order by code points, as Python compares text. */
export function byCodePoints(one, other) {
  const left = [...one];
  const right = [...other];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const apart = left[at].codePointAt(0) - right[at].codePointAt(0);
    if (apart) return apart;
  }
  return left.length - right.length;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Seconds since 1970 of a time as files write it; null when it is none. */
export function seconds(text) {
  if (!TIME.test(text)) return null;
  const at = Date.parse(text) / 1000;
  return Number.isFinite(at) && timeText(at) === text && !text.startsWith("0000") ? at : null;
}

export const timeText = (at) => new Date(at * 1000).toISOString().replace(/\.\d+Z$/, "Z");
