// The key directory: who may speak, read and followed from an anchor as `crypto/directory/` does.

import { broken, decoded, encoded, hex, parted, seconds, sha256, sha256Hex, unreadable } from "./octets.js";
import { readDirectoryFile } from "./files.js";
import { decodedLine, parseKey } from "./log.js";
import { identity } from "./signing.js";

const PURPOSE = "legation/directory/v1";
const WHOLE = /^(?:0|[1-9][0-9]{0,9})$/;
const HIDDEN =
  /[\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\ud800-\udfff]/u;
const LOG_KINDS = "Ed25519 ML-DSA-65";
const WITNESS_KINDS = ["Ed25519", "Ed25519 ML-DSA-44"];

const fault = (detail = "") => unreadable("directory", detail);

/** The digits of an anchor as people write it; null when it is none. */
export function anchorOf(text) {
  const digits = text.replace(/\s+/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
}

/** Follow from an anchor to the newest directory. */
export async function follow(trust, anchor, files, now, remembered) {
  let last = null;
  const named = [];
  for (const data of files) {
    const file = readDirectoryFile(data);
    const step = { file, said: await readDirectory(file.signed) };
    named.push(`directory ${step.said.version} ${await sha256Hex(file.signed)}`);
    if (last) await verifyNext(trust, last, step);
    else if (step.said.roots.anchor === anchor) await verifySigned(trust, file, step.said.roots);
    else continue;
    last = step;
  }
  if (!last) throw broken("other-anchor");
  if (remembered !== null && last.said.version < remembered) throw broken("rolled-back");
  if (now >= last.said.expires) throw broken("expired");
  return { ...last.said, named };
}

/** Refuse a copy that lacks the directory which the log named when it signed. */
export function requireNamed({ extensions }, { version, named }) {
  const [line = "", ...more] = extensions.filter((one) => one.startsWith("directory "));
  if (more.length || !named.includes(line) || version < Number(line.split(" ")[1])) throw broken("no-directory");
}

async function verifyNext(trust, before, after) {
  const [old, fresh] = [before.said.version, after.said.version];
  const sameRoots = before.said.roots.anchor === after.said.roots.anchor;
  const sameSigned = hex(before.file.signed) === hex(after.file.signed);
  const wrongPrevious = fresh === old + 1 && after.said.previous !== (await sha256Hex(before.file.signed));
  if (fresh < old || (fresh === old && !sameSigned) || wrongPrevious) throw broken("directory-fork");
  if (fresh > old + 1 && !sameRoots) throw broken("directory-fork");
  await verifySigned(trust, after.file, before.said.roots);
  if (!sameRoots) await verifySigned(trust, after.file, after.said.roots);
}

async function verifySigned(trust, file, roots) {
  const known = new Map(roots.keys.map((keys) => [keys.fingerprint, keys]));
  const signed = file.signatures.filter(({ by }) => known.has(by));
  for (const { by, signature } of signed) await trust.verify(file.signed, signature, PURPOSE, known.get(by));
  if (signed.length < roots.threshold) throw broken("root-quorum");
}

/** What the signed bytes of a directory say. */
async function readDirectory(signed) {
  const text = decoded(signed);
  if (text === null || !text.endsWith("\n")) throw fault();
  const reader = new Reader(text.slice(0, -1).split("\n"));
  if (reader.value("legation") !== "key directory 1") throw fault();
  const said = { name: reader.value("name"), version: reader.whole("version"), previous: reader.value("previous") };
  said.issued = timeOf(reader.value("issued"));
  said.expires = timeOf(reader.value("expires"));
  said.fresh = reader.whole("fresh");
  said.roots = await rootSet(reader.whole("threshold"), await reader.every("root-key", pairOf));
  const origin = reader.value("register");
  const logKeys = await reader.every("log-key", parseKey);
  const old = await reader.every("old-log-key", async (line) => {
    const [word, , until] = parted(line, " ");
    return { key: await parseKey(word), until: timeOf(until) };
  });
  const witnesses = await reader.every("witness", async (line) => {
    const [name, ...words] = line.split(" ");
    const keys = [];
    for (const word of words) keys.push(await parseKey(word));
    return { name, keys };
  });
  said.policy = { origin, logKeys, witnesses, quorum: reader.whole("quorum") };
  checkPolicy(said.policy);
  said.issuers = [];
  while (reader.next() === "issuer") {
    const name = reader.value("issuer");
    if (reader.next() !== "key") throw fault();
    said.issuers.push(...(await reader.every("key", (line) => issuerKey(name, line))));
  }
  if (!reader.done()) throw fault();
  said.earlier = grouped(old);
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
    if (this.next() !== name) throw fault(`line ${this.at + 1}`);
    return parted(this.lines[this.at++], " ")[2];
  }

  whole(name) {
    const digits = this.value(name);
    need(WHOLE.test(digits));
    return Number(digits);
  }

  async every(name, read) {
    const found = [];
    while (this.next() === name) found.push(await read(this.value(name)));
    return found;
  }
}

function timeOf(text) {
  const at = seconds(text);
  need(at !== null);
  return at;
}

async function pairOf(line) {
  const halves = line.split(" ");
  need(halves.length === 2);
  const [ed25519, mlDsa65] = halves.map(decodedLine);
  return identity(ed25519, mlDsa65);
}

async function issuerKey(name, line) {
  const values = line.split(" ");
  need(values.length === 3 || values.length === 4);
  const keys = await pairOf(values.slice(0, 2).join(" "));
  const [since, revoked = null] = values.slice(2).map(timeOf);
  return { name, keys, since, revoked };
}

async function rootSet(threshold, keys) {
  need(keys.length >= 1 && keys.length <= 20);
  const marks = keys.map(({ fingerprint }) => fingerprint);
  need(marks.every((mark, at) => !at || marks[at - 1] <= mark));
  need(once(keys.flatMap(({ ed25519, mlDsa65 }) => [hex(ed25519), hex(mlDsa65)])));
  need(threshold >= 1 && threshold <= keys.length);
  const halves = keys.flatMap(({ ed25519, mlDsa65 }) => [ed25519, mlDsa65]);
  return { threshold, keys, anchor: hex(await sha256(encoded("legation root 1\0"), [0, threshold], ...halves)) };
}

/** Earlier keys of the log, those of one time together. */
function grouped(old) {
  const found = [];
  for (const { key, until } of old) {
    if (found.at(-1)?.until === until) found.at(-1).logKeys.push(key);
    else found.push({ until, logKeys: [key] });
  }
  return found;
}

function checkPolicy({ logKeys, witnesses, quorum }) {
  const cosigning = witnesses.flatMap(({ keys }) => keys);
  need(logKeys.length && !logKeys.some(({ cosigns }) => cosigns));
  need(witnesses.every(({ keys }) => keys.length) && cosigning.every(({ cosigns }) => cosigns));
  need(quorum <= witnesses.length && once(witnesses.map(({ name }) => name)));
  need(once([...logKeys, ...cosigning].map((key) => hex(key.public))));
}

function check(said) {
  const { name, version, previous, issued, expires, fresh, roots, policy, issuers, earlier } = said;
  checkName(name);
  need(version >= 1 && version <= 999999999);
  need(/^[0-9a-f]{64}$/.test(previous) && (previous === "0".repeat(64)) === (version === 1));
  need(expires > issued && expires - issued <= 1100 * 86400);
  need(fresh >= 1 && fresh <= 31622400);
  for (const keys of [policy.logKeys, ...earlier.map(({ logKeys }) => logKeys)]) {
    need(keys.every((key) => key.name === policy.origin) && kinds(keys) === LOG_KINDS);
    need(!keys.some(({ cosigns }) => cosigns));
  }
  need(earlier.length <= 100 && earlier.every(({ until }, at) => !at || earlier[at - 1].until < until));
  need(policy.witnesses.length <= 30);
  for (const witness of policy.witnesses) {
    need(witness.keys.every((key) => key.name === witness.name) && WITNESS_KINDS.includes(kinds(witness.keys)));
  }
  need(issuers.length >= 1 && issuers.length <= 600);
  const names = issuers.map((row) => row.name).filter((one, at, all) => !at || all[at - 1] !== one);
  need(once(names));
  names.forEach(checkName);
  for (const { since, revoked } of issuers) need(revoked === null || since <= revoked);
  const signers = [...roots.keys, ...issuers.map(({ keys }) => keys)];
  const halves = signers.flatMap(({ ed25519, mlDsa65 }) => [ed25519, mlDsa65]);
  const noteKeys = [policy.logKeys, ...policy.witnesses.map(({ keys }) => keys), ...earlier.map((one) => one.logKeys)];
  need(once([...halves, ...noteKeys.flat().map((key) => key.public)].map(hex)));
}

const kinds = (keys) => keys.map(({ algorithm }) => algorithm).join(" ");

const once = (values) => new Set(values).size === values.length;

function checkName(line) {
  const length = [...line].length;
  need(length > 0 && length <= 500 && !HIDDEN.test(line));
  need(line.normalize("NFC") === line && !/^ | $| {2}/.test(line));
}

function need(holds) {
  if (!holds) throw fault();
}
