// Two texts laid side by side, word by word, as `text/alignment.py` does it.

import { isAscii, wording } from "./wording.js";

const MAX_EDITS = 128;
const UNSPACED =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u9fff\\uf900-\\ufaff\\uff01-\\uff9d\\u{20000}-\\u{323af}";
const ON_LETTER =
  /[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a]/u;
const RUN = new RegExp(` ?(?:[${UNSPACED}]+|[^ ${UNSPACED}]+)| `, "gu");
const FIRST_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const RUNS = [5, 2, 1];

/** Runs of signs that are looked up: of scripts without blanks, or of letters and digits. */
export const SPOKEN = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}_])+`, "gu");

export const isUnspaced = (run) => FIRST_UNSPACED.test(run);

/** How two texts lie beside each other: their differences, and how many words are the same. */
export function align(registered, pasted) {
  const [ours, theirs] = [words(registered), words(pasted)];
  const [left, right] = [begun(ours, theirs), begun(theirs, ours)];
  const pairs = [];
  pair(left, right, 0, left.length, 0, right.length, 0, pairs);
  pairs.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  pairs.unshift(...first(left, right, pairs));
  const same = pairs.length;
  const edited = left.length + right.length - 2 * same;
  return { differences: gaps(left, right, pairs), same, edited, registered: left.length, pasted: right.length };
}

/** The words of a text's wording, each with the blank before it, if there is one. */
export function words(text) {
  const plain = wording(text);
  if (!plain) return [];
  if (isAscii(plain)) return plain.split(" ").map((word) => ` ${word}`);
  return ` ${plain}`.match(RUN).flatMap(partedRun);
}

/** Words with the first one as it would stand inside a text: its blank tells nothing. */
function begun([lead, ...rest], other) {
  if (!lead) return [];
  const bare = lead.slice(1);
  const known = other.includes(bare, 1);
  const inside = isUnspaced(bare) ? known || !other.includes(lead, 1) : known && !other.includes(lead);
  return [inside ? bare : lead, ...rest];
}

/** The pair of a text's first word with one that has a blank before the first pair. */
function first(left, right, pairs) {
  const [i, j] = pairs[0] ?? [0, 0];
  const begins = Math.min(i, j) === 1 && Math.max(i, j) > 1;
  return begins && left[i - 1].replace(/^ /, "") === right[j - 1].replace(/^ /, "") ? [[i - 1, j - 1]] : [];
}

function partedRun(run) {
  const blank = run[0] === " ";
  const signs = blank ? run.slice(1) : run;
  if (!isUnspaced(signs)) return [run];
  const found = [];
  for (const sign of signs) {
    if (found.length && ON_LETTER.test(sign)) found[found.length - 1] += sign;
    else found.push(sign);
  }
  if (blank) found[0] = ` ${found[0]}`;
  return found;
}

function gaps(left, right, pairs) {
  const found = [];
  let i = 0;
  let j = 0;
  for (const [nextI, nextJ] of [...pairs, [left.length, right.length]]) {
    if (nextI > i || nextJ > j) found.push(difference(left.slice(i, nextI), right.slice(j, nextJ), i, j));
    i = nextI + 1;
    j = nextJ + 1;
  }
  return found;
}

const stripped = (text) => text.replace(/^ +| +$/g, "");

function difference(ours, theirs, at, pastedAt) {
  let registered = ours.join("");
  let pasted = theirs.join("");
  if (stripped(registered) !== stripped(pasted)) {
    registered = stripped(registered);
    pasted = stripped(pasted);
  }
  const kind = !ours.length ? "added" : !theirs.length ? "missing" : "changed";
  return { at, kind, pasted, pasted_at: pastedAt, pasted_words: theirs.length, registered, words: ours.length };
}

/** Collect places of equal words between two bounds, tied by runs of length RUNS[level]. */
function pair(left, right, i, iEnd, j, jEnd, level, found) {
  while (i < iEnd && j < jEnd && left[i] === right[j]) found.push([i++, j++]);
  while (i < iEnd && j < jEnd && left[iEnd - 1] === right[jEnd - 1]) found.push([--iEnd, --jEnd]);
  if (i === iEnd || j === jEnd) return;
  if (level === RUNS.length) {
    shortest(left, right, i, iEnd, j, jEnd, found);
    return;
  }
  for (const [tieI, tieJ] of ties(left, right, i, iEnd, j, jEnd, RUNS[level])) {
    pair(left, right, i, tieI, j, tieJ, level + 1, found);
    found.push([tieI, tieJ]);
    i = tieI + 1;
    j = tieJ + 1;
  }
  pair(left, right, i, iEnd, j, jEnd, level + 1, found);
}

/** The most runs that stand once in each text and in the same order. */
function ties(left, right, i, iEnd, j, jEnd, run) {
  const there = single(right, j, jEnd, run);
  const met = [];
  for (const [key, place] of single(left, i, iEnd, run)) if (there.has(key)) met.push([place, there.get(key)]);
  met.sort((one, other) => one[0] - other[0]);
  const ends = [];
  const last = [];
  const before = new Array(met.length).fill(-1);
  met.forEach(([, at], number) => {
    let length = 0;
    for (let high = ends.length; length < high; ) {
      const middle = (length + high) >> 1;
      if (ends[middle] < at) length = middle + 1;
      else high = middle;
    }
    before[number] = length ? last[length - 1] : -1;
    ends[length] = at;
    last[length] = number;
  });
  const chain = [];
  for (let number = last.length ? last[last.length - 1] : -1; number >= 0; number = before[number]) chain.push(met[number]);
  return chain.reverse();
}

/** The runs that stand once between two bounds, and where. */
function single(texts, begin, end, run) {
  const found = new Map();
  for (let place = begin; place <= end - run; place++) {
    const key = run === 1 ? texts[place] : texts.slice(place, place + run).join("\n");
    found.set(key, found.has(key) ? -1 : place);
  }
  for (const [key, place] of found) if (place < 0) found.delete(key);
  return found;
}

/** Myers' shortest edit script; none when it has over MAX_EDITS words. */
function shortest(left, right, i0, iEnd, j0, jEnd, found) {
  const width = iEnd - i0;
  const height = jEnd - j0;
  const zero = MAX_EDITS + 1;
  const furthest = new Int32Array(2 * zero + 1);
  const trail = [];
  for (let edits = 0; edits <= Math.min(MAX_EDITS, width + height); edits++) {
    trail.push(furthest.slice());
    for (let line = -edits; line <= edits; line += 2) {
      let x = stepped(furthest, zero, line, edits);
      while (x < width && x - line < height && left[i0 + x] === right[j0 + x - line]) x++;
      furthest[zero + line] = x;
      if (x >= width && x - line >= height) {
        back(trail, zero, width, height, (a, b) => found.push([i0 + a, j0 + b]));
        return;
      }
    }
  }
}

const cameDown = (furthest, zero, line, edits) =>
  line === -edits || (line !== edits && furthest[zero + line - 1] < furthest[zero + line + 1]);

const stepped = (furthest, zero, line, edits) =>
  cameDown(furthest, zero, line, edits) ? furthest[zero + line + 1] : furthest[zero + line - 1] + 1;

function back(trail, zero, x, y, tell) {
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits];
    const line = x - y;
    const begin = stepped(furthest, zero, line, edits);
    while (x > begin && y > begin - line) tell(--x, --y);
    if (edits && cameDown(furthest, zero, line, edits)) y--;
    else if (edits) x--;
  }
}
