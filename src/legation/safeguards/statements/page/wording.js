// The wording of a text: what is left when a copy has passed through mail, Word, a PDF, a phone.
// The rule and its tables are those of `text/wording.py`, step by step.

import { sha256Hex, encoded } from "./octets.js";

const UNSEEN = /[\u200b\u200e\u2060\ufe00-\ufe0f\ufeff\u{e0100}-\u{e01ef}]/gu;
const MARKS = /[\u200f\u061c]/gu;
const RIGHT_TO_LEFT =
  /[\u0590-\u0619\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const BLANKS = /[\t \n\v\f\r\u0085\u2028\u2029\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/gu;
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const BROKEN_WORD = /\u00ad(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])?/gu;
const JOINERS = /([\u200c\u200d])[\u200c\u200d]+/gu;
const IDLE_JOINER =
  /(?<![\u0590-\u167f\u1681-\u1dff\u2c00-\u2fff\u3001-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\u167f\u1681-\u1dff\u2c00-\u2fff\u3001-\u{10ffff}])/gu;
const SHAPES = /[\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufbff\ufe80-\ufefc]/gu;
const SAME_TO_READ = {
  "\u2010": "-",
  "\u2011": "-",
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u201e": '"',
  "\u2026": "...",
};
const TO_READ = /[\u2010\u2011\u2018\u2019\u201c\u201d\u201e\u2026]/gu;
const SOLID_BLANK =
  /(?<=[\u2e80-\u2fdf\u3001-\u3029\u3030-\u3096\u309b-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9d\u{20000}-\u{323af}]) (?=[\u2e80-\u2fdf\u3001-\u3029\u3030-\u3096\u309b-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9d\u{20000}-\u{323af}])/gu;
const OTHER_THAN_ASCII = /[^\x00-\x7f]/;

export const isAscii = (text) => !OTHER_THAN_ASCII.test(text);

/** What a text says, in one line; equal for a text and each faithful copy of it. */
export function wording(text) {
  if (isAscii(text)) return text.replace(BLANKS, " ").replace(/^ | $/g, "");
  text = text.replace(SHAPES, (sign) => sign.normalize("NFKC")).replace(TO_READ, (sign) => SAME_TO_READ[sign]);
  return composed(text).replace(BLANKS, " ").replace(/^ | $/g, "").replace(SOLID_BLANK, "");
}

/** A text in the form in which it is issued. */
export function tidy(text) {
  if (!isAscii(text)) text = composed(text);
  const lines = text.split(LINE_END).map((line) => line.replace(BLANKS, " ").replace(/^ | $/g, ""));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
}

/** SHA-256 of a text's wording: what a pasted text is found by. */
export const digest = (text) => sha256Hex(encoded(wording(text)));

function composed(text) {
  text = text.replace(UNSEEN, "");
  if (RIGHT_TO_LEFT.test(text)) text = text.replace(MARKS, "");
  return text.replace(BROKEN_WORD, "").replace(JOINERS, "$1").replace(IDLE_JOINER, "").normalize("NFC");
}
