// A register that was opened from its copy, and what it says of a text or a file: the verdicts.
// `register_copy.py`, `holding.py` and `verdict.py` give the same bytes.

import { Refusal, broken, byCodePoints, hex, same, sha256Hex, timeText } from "./octets.js";
import { align } from "./alignment.js";
import { follow, requireNamed } from "./directory.js";
import { embargoOf, entryOf, readCopy, readFile } from "./files.js";
import { Index } from "./lookup.js";
import { leafHash, parseNote, reached, rootOf, verifyCheckpoint, verifyLogged } from "./log.js";
import { PURPOSE, readStatement } from "./statement.js";
import { digest } from "./wording.js";

const CLOCKS_DIFFER = 600;
const LATE_RELEASE = 3600;
const SHORT_FORM = "legation/classical-short-form/v1";

/** Check a copy, and return the register that it holds; `tell` hears how far it is. */
export async function openCopy(trust, data, anchor, now, remembered = null, tell = () => {}) {
  const copy = readCopy(data);
  const directory = await follow(trust, anchor, copy.directories, now, remembered);
  const { policy } = directory;
  const { checkpoint, by, until } = await verifyCheckpoint(trust, parseNote(copy.checkpoint), policy);
  requireNamed(checkpoint, directory);
  const files = copy.entries.map(({ embargoed, data: entry }) => (embargoed ? null : readFile(entry)));
  const leaves = [];
  for (const [at, parts] of files.entries()) {
    leaves.push(await leafHash(parts ? await entryOf(parts) : copy.entries[at].data));
  }
  const size = BigInt(leaves.length);
  if (size !== checkpoint.size || !same(await rootOf(leaves), checkpoint.root)) throw broken("other-root");
  const seen = reached(by, policy.quorum) ?? now;
  const register = new Register(trust, directory, seen);
  const found = [];
  for (const [index, parts] of files.entries()) {
    if (index % 50 === 0) await tell(index, files.length);
    if (!parts) continue;
    await register.listing(index, async () => {
      const row = rowOf(directory, await readStatement(parts.signed));
      const said = await verifySigned(trust, parts, row);
      // Of a statement whose time is not proven, what it changed stays changed: see `take` in Python.
      await requireTime(trust, parts, row, index, directory, seen).catch((fault) => {
        register.change(said);
        throw fault;
      });
      found.push({ index, parts, said });
    });
  }
  register.asOf = asOf(directory, until, found);
  requireFresh(register.asOf, now, directory);
  for (const [index, { embargoed, data: entry }] of copy.entries.entries()) {
    const until = embargoed ? embargoOf(entry) : Infinity;
    if (until === null || until + LATE_RELEASE < register.asOf) throw broken("left-out", `${index}`);
  }
  for (const { index, parts, said } of found) await register.listing(index, () => register.add(parts, said));
  register.faults.sort((one, other) => one.index - other.index);
  register.leaves = leaves;
  register.embargoed = files.filter((parts) => !parts).length;
  return register;
}

/** What is remembered of a register: an older one, or another history of it, is refused later. */
export async function stateOf({ directory, leaves, name }) {
  return { version: directory.version, line: directory.named.at(-1), name, size: leaves.length, root: hex(await rootOf(leaves)) };
}

/** Refuse a register that does not continue the one that is remembered. */
export async function requireContinued({ directory, leaves, name }, remembered) {
  const other = (line) => line.startsWith(`directory ${remembered.version} `) && line !== remembered.line;
  if (directory.named.some(other)) throw broken("directory-fork");
  if (remembered.name !== name) throw broken("other-register", name);
  if (remembered.size > leaves.length) throw broken("rolled-back");
  const root = hex(await rootOf(leaves.slice(0, remembered.size)));
  if (root !== remembered.root) throw broken("log-fork");
}

/** Check that the key counted; the statement's own proof is read only when it was revoked since. */
async function requireTime(trust, parts, row, index, directory, seen) {
  const earlySeen = directory.policy.quorum && row.revoked !== null && seen < row.revoked;
  const revoked = earlySeen ? null : row.revoked;
  const asked = revoked !== null && parts.proof.length > 0;
  const logged = await verifyLogTime(trust, parts, revoked, asked ? directory : null);
  if (logged && logged.index !== BigInt(index)) throw broken("proof");
  requireBegun(row, logged, seen);
}

/** Check both signatures. */
async function verifySigned(trust, parts, row) {
  await trust.verify(parts.signed, parts.signature, PURPOSE, row.keys);
  return readStatement(parts.signed);
}

/** Check the proof where one is asked for, and that it is of a time before a revocation. */
async function verifyLogTime(trust, parts, revoked, directory) {
  const logged = directory ? await verifyLogged(trust, await entryOf(parts), parts, directory) : null;
  if (revoked !== null && !(logged && logged.witnessed !== null && logged.witnessed < revoked)) throw broken("revoked");
  return logged;
}

function rowOf(directory, said) {
  const row = directory.issuers.find(({ name, keys }) => name === said.issuer && keys.fingerprint === said.key);
  if (!row) throw broken("other-issuer");
  return row;
}

function requireBegun(row, logged, seen) {
  if ((logged?.witnessed ?? seen) < row.since) throw broken("not-yet");
}

function asOf({ policy, issued }, until, found) {
  if (policy.quorum) return [...until.values()].sort((one, other) => other - one)[policy.quorum - 1];
  return found.reduce((latest, { said }) => Math.max(latest, said.issued), issued);
}

function requireFresh(at, now, { policy, fresh }) {
  if (policy.quorum && at - now > CLOCKS_DIFFER) throw broken("clock", timeText(at));
  if (now - at > fresh) throw broken("stale", timeText(at));
}

/** Statements of one register, checked, as of one time. */
export class Register {
  constructor(trust, directory, seen) {
    this.trust = trust;
    this.directory = directory;
    this.name = directory.policy.origin;
    this.seen = seen;
    this.faults = [];
    this.held = new Map();
    this.later = new Map();
    this.byWording = new Map();
    this.bySigned = new Map();
    this.index = new Index();
    this.keys = new Map();
  }

  /** Do something for a statement; when it is refused, list it. */
  async listing(index, act) {
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      this.faults.push({ index, fault });
    }
  }

  async add(parts, said) {
    const signed = await sha256Hex(parts.signed);
    const name = `${said.issuer}\n${said.number}`;
    const known = this.held.get(name);
    if (known?.signed === signed) return;
    if (known) throw new Refusal("ConflictError", "twice");
    this.held.set(name, { said, signed });
    this.bySigned.set(signed, name);
    for (const version of said.versions) {
      const place = { name, version };
      push(this.byWording, version.wording, place);
      this.keys.set(`${name}\n${version.language}`, place);
      this.index.add(`${name}\n${version.language}`, version.text);
    }
    this.change(said);
  }

  /** Add what a statement did to earlier ones. */
  change(said) {
    for (const { relation, number, reason } of said.changes) {
      push(this.later, `${said.issuer}\n${number}`, { relation, number: said.number, reason, issued: said.issued });
    }
  }

  registered({ name, version }) {
    const { said } = this.held.get(name);
    return { said, language: version.language, text: version.text, later: this.later.get(name) ?? [] };
  }

  /** What the register says of a pasted text. */
  async onText(text) {
    const exact = (this.byWording.get(await digest(text)) ?? []).map((place) => this.registered(place));
    if (exact.length) return this.asIssued(exact, align(exact[0].text, text));
    const keys = this.index.find(text);
    if (!keys) return this.notFound();
    const near = standing(keys.map((key) => this.registered(this.keys.get(key))));
    const alignment = align(near.text, text);
    if (!alignment.same) return this.notFound();
    if (!alignment.differences.length) return this.asIssued([near], alignment);
    return this.verdict("altered", [near], alignment);
  }

  /** What the register says of a statement file; one that does not verify is refused. */
  async onFile(data) {
    const parts = readFile(data);
    const row = rowOf(this.directory, await readStatement(parts.signed));
    const known = this.bySigned.get(await sha256Hex(parts.signed));
    const asked = parts.proof.length ? this.directory : null;
    await verifySigned(this.trust, parts, row);
    const logged = await verifyLogTime(this.trust, parts, known ? null : row.revoked, asked);
    requireBegun(row, logged, this.seen);
    if (known) {
      const versions = this.held.get(known).said.versions;
      return this.asIssued(versions.map((version) => this.registered({ name: known, version })), null);
    }
    return this.notFound();
  }

  /** What the register says of a short form, such as a QR code holds. */
  async onShort({ register, number, wording, key, signature, signed }) {
    if (register !== this.name) throw broken("other-register", register);
    if (signature) {
      const row = this.directory.issuers.find(({ keys }) => keys.fingerprint.startsWith(key));
      if (!row) throw broken("other-issuer");
      if (row.revoked !== null) throw broken("revoked");
      await this.trust.verifyClassical(signed, signature, SHORT_FORM, row.keys);
    }
    const meant = [...this.byWording].filter(([full]) => full.startsWith(wording)).flatMap(([, places]) => places);
    const found = meant.map((place) => this.registered(place)).filter(({ said }) => said.number === number);
    return found.length ? this.asIssued(found, null) : this.notFound();
  }

  asIssued(found, alignment) {
    const best = standing(found);
    const versions = found.filter(({ said }) => said.issuer === best.said.issuer && said.number === best.said.number);
    return this.verdict(best.later.length ? "replaced" : "current", versions, alignment);
  }

  notFound() {
    return { said: this.plain("not-found"), found: null };
  }

  plain(word) {
    return {
      as_of: timeText(this.asOf),
      differences: [],
      embargo: "",
      issued: "",
      issuer: "",
      languages: [],
      number: "",
      part: "",
      pasted_words: 0,
      register: this.name,
      registered_words: 0,
      same: 0,
      see: [],
      verdict: word,
    };
  }

  verdict(word, found, alignment) {
    const [{ said, later }] = found;
    const see = [...later].sort(
      (one, other) =>
        one.issued - other.issued ||
        byCodePoints(one.number, other.number) ||
        byCodePoints(one.relation, other.relation),
    );
    const languages = [...new Set(found.map(({ language }) => language))].sort(byCodePoints);
    return {
      found: found[0],
      said: {
        ...this.plain(word),
        differences: alignment?.differences ?? [],
        embargo: said.embargo !== null && said.embargo > this.asOf ? timeText(said.embargo) : "",
        issued: timeText(said.issued),
        issuer: said.issuer,
        languages,
        number: said.number,
        part: alignment ? partOf(alignment) : "whole",
        pasted_words: alignment?.pasted ?? 0,
        registered_words: alignment?.registered ?? 0,
        same: alignment?.same ?? 0,
        see: see.map(({ issued, number, reason, relation }) => ({ issued: timeText(issued), number, reason, relation })),
      },
    };
  }
}

/** The bytes that every door gives: canonical JSON, a line end. All names here stand in order. */
export const serialised = (verdict) => `${JSON.stringify(verdict)}\n`;

/** Of equal wordings the one that stands: a current one first, of these the last. */
function standing(found) {
  const order = (one, other) =>
    (one.later.length > 0) - (other.later.length > 0) ||
    other.said.issued - one.said.issued ||
    byCodePoints(one.said.number, other.said.number);
  return [...found].sort(order)[0];
}

function partOf({ differences, registered, pasted }) {
  const kinds = new Set(differences.map(({ kind }) => kind));
  if (!kinds.size) return "whole";
  const atAnEnd = (one) =>
    (one.at === 0 && one.pasted_at === 0) ||
    (one.at + one.words === registered && one.pasted_at + one.pasted_words === pasted);
  if (kinds.size > 1 || !differences.every(atAnEnd)) return "mixed";
  return kinds.has("missing") ? "excerpt" : kinds.has("added") ? "quoted" : "mixed";
}

function push(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}
