// Finds the registered text that a pasted text comes from, as `text/lookup.py` and
// `text/postings.py` do: whole numbers only, so that every machine finds the same.

import { SPOKEN, align, isUnspaced } from "./alignment.js";
import { byCodePoints } from "./octets.js";
import { isAscii, wording } from "./wording.js";

const AT_WILL = /[\u0640\u064b-\u0652\u0670]/gu;
const LONG = 5;
const SHORT = 30;
const CANDIDATES = 12;
const RIVALS = 4;
const ONE = 1000;
const MOST = 50000;
const FRACTION = 12;

/** The logarithm to base 2 of a whole number, times 2^12, by squaring. */
export function log2(number) {
  const whole = 31 - Math.clz32(number);
  let mantissa = Math.floor((number * 2 ** 24) / 2 ** whole);
  let log = whole;
  for (let digit = 0; digit < FRACTION; digit++) {
    mantissa = Math.floor((mantissa * mantissa) / 2 ** 24);
    const over = mantissa >= 2 ** 25 ? 1 : 0;
    if (over) mantissa = Math.floor(mantissa / 2);
    log = 2 * log + over;
  }
  return log;
}

const logOf = (number) => (number > 0 ? log2(number) : 0);

/** Which texts hold a key. */
class Postings {
  constructor() {
    this.lists = new Map();
    this.texts = 0;
  }

  add(text, keys) {
    for (const key of keys) {
      const list = this.lists.get(key);
      if (list) list.push(text);
      else this.lists.set(key, [text]);
    }
    this.texts = text + 1;
  }

  count(key) {
    return this.lists.get(key)?.length ?? 0;
  }

  /** The texts that share the rarest of some keys; `keys` stand in the order of the asked text. */
  nearest(keys, limit) {
    const rows = keys.map((key) => ({ key, count: this.count(key) })).filter((row) => row.count);
    rows.sort((one, other) => one.count - other.count);
    const sums = new Map();
    let read = 0;
    rows.forEach(({ key, count }, number) => {
      read += count;
      if (number && read > MOST) return;
      const weight = logOf(this.texts + count) - logOf(count);
      for (const text of this.lists.get(key)) sums.set(text, (sums.get(text) ?? 0) + weight);
    });
    const found = [...sums].filter(([, sum]) => sum);
    found.sort((one, other) => other[1] - one[1] || one[0] - other[0]);
    return found.slice(0, limit).map(([text]) => text);
  }
}

/** Registered texts, by what they say. */
export class Index {
  constructor() {
    this.same = new Map();
    this.texts = [];
    this.sizes = [];
    this.pairs = [];
    this.numbers = new Map();
    this.byPair = new Postings();
    this.byRun = new Postings();
  }

  add(key, text) {
    const plain = wording(text);
    const known = this.same.get(plain);
    if (known) {
      if (!known.includes(key)) known.push(key);
      return;
    }
    this.same.set(plain, [key]);
    const ids = spoken(plain).map((word) => this.learnt(word));
    const pairs = new Set(pairsOf(ids, SHORT).map(({ key: own }) => own));
    this.texts.push(plain);
    this.sizes.push(ids.length);
    this.pairs.push(pairs);
    this.byPair.add(this.texts.length - 1, pairs);
    this.byRun.add(this.texts.length - 1, new Set(runsOf(ids)));
  }

  /** The keys of the registered text that is nearest to a pasted one; null when none is near. */
  find(text) {
    const plain = wording(text);
    if (this.same.has(plain)) return this.same.get(plain);
    const ids = spoken(plain).map((word) => this.numbers.get(word) ?? 0);
    if (!ids.some(Boolean)) return null;
    const asked = this.asked(ids);
    const runs = this.byRun.nearest([...new Set(runsOf(ids))], CANDIDATES);
    const pairs = this.byPair.nearest([...new Set(asked.map(({ key }) => key))], CANDIDATES);
    const near = [...new Set([...runs, ...pairs])].sort((one, other) => one - other);
    const scored = near.map((number) => ({ number, score: this.score(number, asked, ids.length) }));
    const best = scored.reduce((most, { score }) => Math.max(most, score), 0);
    if (best <= 0) return null;
    scored.sort(
      (one, other) => other.score - one.score || byCodePoints(this.texts[one.number], this.texts[other.number]),
    );
    const laid = scored
      .slice(0, RIVALS)
      .filter(({ score }) => score * ONE >= 800 * best)
      .map(({ number }) => ({ alignment: align(this.texts[number], plain), nearest: this.texts[number] }));
    laid.sort(
      (one, other) =>
        one.alignment.edited - other.alignment.edited ||
        other.alignment.same - one.alignment.same ||
        byCodePoints(one.nearest, other.nearest),
    );
    return laid[0].alignment.same ? this.same.get(laid[0].nearest) : null;
  }

  learnt(word) {
    const known = this.numbers.get(word);
    if (known) return known;
    this.numbers.set(word, this.numbers.size + 1);
    return this.numbers.size;
  }

  asked(ids) {
    const pairs = pairsOf(ids, 2 * SHORT).map((one) => ({ ...one, rarity: this.rarity(this.byPair.count(one.key)) }));
    const told = new Array(ids.length).fill(ONE);
    for (const { apart, first, rarity } of pairs) if (apart === 1) told[first] = rarity;
    for (const one of pairs) {
      if (one.apart === 2) one.rarity = Math.min(one.rarity, Math.max(told[one.first], told[one.first + 1]));
    }
    return pairs;
  }

  score(number, asked, size) {
    const gains = new Array(size).fill(-ONE);
    for (const { key, apart, first, rarity } of asked) {
      if (!this.pairs[number].has(key)) continue;
      gains[first] = Math.max(gains[first], rarity);
      gains[first + apart] = Math.max(gains[first + apart], rarity);
    }
    let best = 0;
    let here = 0;
    let hits = 0;
    for (const gain of gains) {
      here = Math.max(0, here + gain);
      best = Math.max(best, here);
      if (gain >= 0) hits++;
    }
    if (best >= Math.min(10 * ONE, 450 * size)) return best;
    return hits * ONE >= 700 * Math.max(size, this.sizes[number]) ? hits : 0;
  }

  rarity(have) {
    const count = this.texts.length;
    const few = logOf(4);
    const many = logOf(Math.max(12, Math.floor(count / 40)));
    return Math.min(ONE, Math.max(0, Math.floor(((many - logOf(have)) * ONE) / (many - few))));
  }
}

function spoken(plain) {
  const lower = plain.toLowerCase();
  const folded = isAscii(lower) ? lower : lower.normalize("NFKC").replace(AT_WILL, "");
  return (folded.match(SPOKEN) ?? []).flatMap((run) => (isUnspaced(run) ? [...run] : [run]));
}

/** Pairs of known words, those that follow each other first; a single word stands for a pair. */
function pairsOf(ids, short) {
  if (ids.length === 1) return [{ apart: 0, first: 0, key: `${ids[0]}` }];
  const found = [];
  for (const apart of ids.length <= short ? [1, 2] : [1]) {
    for (let first = 0; first + apart < ids.length; first++) {
      const other = ids[first + apart];
      if (ids[first] && other) found.push({ apart, first, key: ids[first] * 2 ** 26 + other });
    }
  }
  return found;
}

function runsOf(ids) {
  const found = [];
  for (let at = 0; at + LONG <= ids.length; at++) {
    const run = ids.slice(at, at + LONG);
    if (run.every(Boolean)) found.push(run.join(" "));
  }
  return found;
}
