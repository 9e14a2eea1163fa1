// The transparency log: signed notes, checkpoints, witnesses, and proofs that an entry is in it.
// What is refused, and as what, is that of `crypto/log/`.

import {
  Refusal,
  ascii,
  broken,
  decoded,
  eightBytes,
  encoded,
  fromBase64,
  hex,
  joined,
  parted,
  same,
  sha256,
  toBase64,
  unreadable,
} from "./octets.js";
import { headed } from "./files.js";
import { refuseWeak } from "./signing.js";

const DASH = "\u2014 ";
const LARGEST_NOTE = 1 << 20;
const MOST_SIGNATURES = 64;
const SIZE = /^(?:0|[1-9][0-9]{0,18})$/;
const LARGEST_SIZE = 2n ** 63n - 1n;
const LAST_SECOND = 253402214400n;
const NO_NAME = /[+\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const CHECKPOINT_CONTEXT = encoded("legation/checkpoint/v1");

const KINDS = [
  { type: [1], algorithm: "Ed25519", size: 32, cosigns: false },
  { type: [4], algorithm: "Ed25519", size: 32, cosigns: true },
  { type: [6], algorithm: "ML-DSA-44", size: 1312, cosigns: true },
  {
    type: [255, ...encoded("legation/checkpoint-ml-dsa-65/v1"), 0],
    algorithm: "ML-DSA-65",
    size: 1952,
    cosigns: false,
    context: CHECKPOINT_CONTEXT,
  },
];

const noteFault = () => unreadable("note");

/** Bytes of base64 in its one spelling. */
export function decodedLine(text) {
  const octets = fromBase64(text);
  if (!octets) throw noteFault();
  return octets;
}

/** Read a signed note; that proves nothing. */
export function parseNote(content) {
  if (content.length > LARGEST_NOTE) throw noteFault();
  const whole = decoded(content);
  if (whole === null || /[\x00-\x09\x0b-\x1f]/.test(whole)) throw noteFault();
  const at = whole.lastIndexOf("\n\n");
  const below = whole.slice(at + 2);
  if (at < 0 || !below) throw noteFault();
  return { text: `${whole.slice(0, at)}\n`, signatures: parseSignatures(below) };
}

export function parseSignatures(lines) {
  if (!lines.endsWith("\n")) throw noteFault();
  const rows = lines.slice(0, -1).split("\n");
  if (rows.length > MOST_SIGNATURES) throw noteFault();
  return rows.map((row) => {
    const [name, blank, value] = parted(row.startsWith(DASH) ? row.slice(DASH.length) : row, " ");
    if (!row.startsWith(DASH) || !blank || !name || NO_NAME.test(name)) throw noteFault();
    const octets = decodedLine(value);
    if (octets.length <= 4) throw noteFault();
    return { row, name, id: hex(octets.subarray(0, 4)), signature: octets.subarray(4) };
  });
}

/** The note with further signatures; those that it has are not repeated. */
export function withSignatures(note, lines) {
  const rows = new Map([...note.signatures, ...lines].map((line) => [line.row, line]));
  if (rows.size > MOST_SIGNATURES) throw noteFault();
  return { text: note.text, signatures: [...rows.values()] };
}

/** Read the checkpoint in a note's text. */
export function parseCheckpoint(text) {
  const lines = text.slice(0, -1).split("\n");
  const [origin, size, root] = lines;
  if (lines.length < 3 || !SIZE.test(size) || BigInt(size) > LARGEST_SIZE) throw noteFault();
  const value = decodedLine(root);
  if (value.length !== 32) throw noteFault();
  if (lines.slice(3).concat(origin).some((line) => !line || /[\x00-\x1f]/.test(line))) throw noteFault();
  if (encoded(origin).length > 255) throw noteFault();
  return { origin, size: BigInt(size), root: value, extensions: lines.slice(3) };
}

/** Read a key that was written as one word (a vkey). */
export async function parseKey(text) {
  const [name, id, ...rest] = text.split("+");
  if (!rest.length) throw noteFault();
  const value = decodedLine(rest.join("+"));
  for (const kind of KINDS) {
    const { type, size } = kind;
    if (value.length !== type.length + size || !type.every((octet, at) => value[at] === octet)) continue;
    const key = { ...kind, name, id, word: text, public: value.slice(type.length) };
    if (!name || NO_NAME.test(name) || encoded(name).length > 255) throw noteFault();
    refuseWeak(kind.algorithm, key.public);
    const named = await sha256(encoded(`${name}\n`), type, key.public);
    if (hex(named.subarray(0, 4)) !== id) throw noteFault();
    return key;
  }
  throw noteFault();
}

const keyMark = (key) => `${key.name} ${key.id}`;

export const policyKeys = (policy) => [...policy.logKeys, ...policy.witnesses.flatMap(({ keys }) => keys)];

/** Check all signatures that known keys claim; those of others are passed over. */
async function verified(trust, note, keys) {
  const known = new Map(keys.map((key) => [keyMark(key), key]));
  if (known.size !== keys.length) throw new Refusal("UsageError", "policy");
  const held = [];
  for (const line of note.signatures) {
    const key = known.get(`${line.name} ${line.id}`);
    if (key) held.push({ key, ...(await holding(trust, key, note.text, line.signature)) });
  }
  if (!held.length) throw broken("not-signed");
  return held;
}

async function holding(trust, key, text, octets) {
  let time = null;
  let signature = octets;
  if (key.cosigns) {
    time = BigInt(`0x0${hex(octets.subarray(0, 8))}`);
    signature = octets.subarray(8);
    if (time > LARGEST_SIZE) throw broken("signature");
  }
  let message = encoded(text);
  if (key.cosigns && key.algorithm === "Ed25519") message = encoded(`cosignature/v1\ntime ${time}\n${text}`);
  if (key.algorithm === "ML-DSA-44") {
    try {
      message = subtree(key.name, time, parseCheckpoint(text));
    } catch {
      throw broken("signature");
    }
  }
  await trust.hold(key.algorithm, key.public, signature, message, key.context);
  return { time, checked: !trust.missing.has(key.algorithm) };
}

function subtree(cosigner, time, { origin, size, root }) {
  const name = encoded(cosigner);
  const log = encoded(origin);
  const zero = eightBytes(0);
  return joined(
    encoded("subtree/v1\n\0"),
    [name.length],
    name,
    eightBytes(time),
    [log.length],
    log,
    zero,
    eightBytes(size),
    root,
  );
}

/** Check a checkpoint as a policy asks; who vouches for it, and when each did last. */
export async function verifyCheckpoint(trust, note, policy, notAfter = Infinity) {
  let checkpoint;
  try {
    checkpoint = parseCheckpoint(note.text);
    if (checkpoint.size === 0n && !same(checkpoint.root, await sha256([]))) throw noteFault();
  } catch {
    throw broken("note");
  }
  if (checkpoint.origin !== policy.origin) throw broken("other-log");
  const held = await verified(trust, note, policyKeys(policy));
  const signers = new Set(held.map(({ key }) => key));
  if (!policy.logKeys.every((key) => signers.has(key))) throw broken("not-signed");
  const by = new Map();
  const until = new Map();
  for (const { name, keys } of policy.witnesses) {
    // Without ML-DSA a witness counts by its classical key, if it has one.
    const asked = keys.filter((key) => trust.checks(key.algorithm));
    const rows = asked.map((key) => timesOf(held, key).filter((at) => at <= notAfter));
    if (rows.length && rows.every((row) => row.length)) {
      by.set(name, Math.max(...rows.map((row) => Math.min(...row))));
      until.set(name, Math.min(...rows.map((row) => Math.max(...row))));
    }
  }
  if (by.size < policy.quorum) throw broken("no-quorum");
  return { checkpoint, by, until };
}

const timesOf = (held, key) =>
  held.filter((one) => one.key === key && one.time > 0n && one.time <= LAST_SECOND).map(({ time }) => Number(time));

/** When so many witnesses had seen it; null when none are asked for. */
export function reached(by, quorum) {
  const times = [...by.values()].sort((one, other) => one - other);
  return quorum > 0 && quorum <= times.length ? times[quorum - 1] : null;
}

/** Read the proof that an entry is in a log. */
export function parseProof(content) {
  const fault = () => unreadable("proof");
  if (content.length > LARGEST_NOTE + (1 << 20)) throw fault();
  const both = headed(content);
  const lines = both && ascii(both[0])?.split("\n");
  if (!lines || lines.shift() !== "c2sp.org/tlog-proof@v1") throw fault();
  if (lines[0]?.startsWith("extra ") && !decodedLine(lines.shift().slice(6)).length) throw fault();
  const [lead, , number] = parted(lines.shift() ?? "", " ");
  if (lead !== "index" || !SIZE.test(number) || lines.length > 63) throw fault();
  const path = lines.map(decodedLine);
  if (path.some((each) => each.length !== 32)) throw fault();
  return { index: BigInt(number), path, checkpoint: parseNote(both[1]) };
}

/** Check the proof of a statement file; its place in the log, and when witnesses had seen it. */
export async function verifyLogged(trust, entry, parts, { policy, earlier }) {
  let proof;
  try {
    proof = parseProof(parts.proof);
    if (parts.cosignatures.length) {
      const lines = decoded(parts.cosignatures);
      if (lines === null) throw noteFault();
      proof.checkpoint = withSignatures(proof.checkpoint, parseSignatures(lines));
    }
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    throw broken(fault.code);
  }
  const [asked, notAfter] = askedPolicy(proof.checkpoint, policy, earlier);
  const { checkpoint, by } = await verifyCheckpoint(trust, proof.checkpoint, asked, notAfter);
  await verifyInclusion(await leafHash(entry), proof, checkpoint);
  return { index: proof.index, witnessed: reached(by, asked.quorum) };
}

/** The policy of the keys that claim a checkpoint; today's when it is nobody's. */
function askedPolicy(note, policy, earlier) {
  const claimed = new Set(note.signatures.map(({ name, id }) => `${name} ${id}`));
  const claims = (keys) => keys.every((key) => claimed.has(keyMark(key)));
  if (!claims(policy.logKeys)) {
    for (const { logKeys, until } of earlier) {
      if (policy.quorum && claims(logKeys)) return [{ ...policy, logKeys }, until];
    }
  }
  return [policy, Infinity];
}

export const leafHash = (entry) => sha256([0], entry);

const nodeHash = (left, right) => sha256([1], left, right);

const bits = (number) => (number ? number.toString(2).length : 0);

async function verifyInclusion(leaf, { index, path }, { size, root }) {
  if (index >= size) throw broken("proof");
  const inner = bits(index ^ (size - 1n));
  const above = (index >> BigInt(inner)).toString(2).replaceAll("0", "").length;
  if (path.length !== inner + above) throw broken("proof");
  let value = leaf;
  let at = index;
  let last = size - 1n;
  for (const each of path) {
    while (at && at === last && !(at & 1n)) {
      at >>= 1n;
      last >>= 1n;
    }
    value = at & 1n ? await nodeHash(each, value) : await nodeHash(value, each);
    at >>= 1n;
    last >>= 1n;
  }
  if (!same(value, root)) throw broken("proof");
}

/** The root of a tree of these leaves. */
export async function rootOf(leaves) {
  if (!leaves.length) return sha256([]);
  const peaks = [];
  for (let size = 0; size < leaves.length; size++) {
    let value = leaves[size];
    for (let rest = size; rest & 1; rest >>= 1) value = await nodeHash(peaks.pop(), value);
    peaks.push(value);
  }
  let value = peaks.pop();
  while (peaks.length) value = await nodeHash(peaks.pop(), value);
  return value;
}
