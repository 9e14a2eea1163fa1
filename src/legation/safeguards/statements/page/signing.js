// Signatures by the browser's own cryptography; none of it is written here. A browser without
// ML-DSA checks the classical half alone, and `Trust.classical` says so to whoever shows a verdict.

import { broken, encoded, fromHex, hex, joined, sha256 } from "./octets.js";

const SIZES = { Ed25519: 32, "ML-DSA-65": 1952, "ML-DSA-44": 1312 };
const SIGNATURES = { Ed25519: 64, "ML-DSA-65": 3309, "ML-DSA-44": 2420 };
const FRAME = encoded("legation signature 1\0");
const P = 2n ** 255n - 19n;
const ORDER_8_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER_Y = [1n, P - 1n, 0n, ORDER_8_Y, P - ORDER_8_Y];

/** What this browser can check. `classical` is true once a signature by ML-DSA went unchecked. */
export class Trust {
  constructor(missing) {
    this.missing = missing;
    this.classical = false;
    this.keys = new Map();
  }

  /** Ask the browser which of the algorithms it has. */
  static async ofBrowser() {
    if (!globalThis.crypto?.subtle) throw broken("no-crypto");
    await knownAnswer();
    const missing = new Set();
    for (const name of ["ML-DSA-65", "ML-DSA-44"]) {
      try {
        await imported(name, new Uint8Array(SIZES[name]).fill(1));
      } catch {
        missing.add(name);
      }
    }
    return new Trust(missing);
  }

  /** Tell whether signatures of this name are checked; if not, what follows is classical only. */
  checks(name) {
    if (!this.missing.has(name)) return true;
    this.classical = true;
    return false;
  }

  /** Check one signature; what does not hold is thrown. */
  async hold(name, publicKey, signature, message, context = new Uint8Array()) {
    refuseWeak(name, publicKey);
    if (signature.length !== SIGNATURES[name]) throw broken("signature");
    if (!this.checks(name)) return;
    const algorithm = name === "Ed25519" ? { name } : { name, context };
    const key = await this.key(name, publicKey);
    if (!(await crypto.subtle.verify(algorithm, key, signature, message))) throw broken("signature");
  }

  async key(name, publicKey) {
    const known = name + hex(publicKey);
    if (!this.keys.has(known)) {
      try {
        this.keys.set(known, await imported(name, publicKey));
      } catch {
        throw broken("signature");
      }
    }
    return this.keys.get(known);
  }

  /** Check that a signer signed exactly these bytes for this purpose, by both keys. */
  async verify(message, signature, purpose, by) {
    if (signature.length !== 64 + 3309) throw broken("signature");
    refuseWeak("ML-DSA-65", by.mlDsa65);
    await this.verifyClassical(message, signature.subarray(0, 64), purpose, by);
    const context = encoded(purpose);
    await this.hold("ML-DSA-65", by.mlDsa65, signature.subarray(64), framed(message, context), context);
  }

  /** Check the classical half alone, as a QR code has it. */
  async verifyClassical(message, signature, purpose, by) {
    await this.hold("Ed25519", by.ed25519, signature, framed(message, encoded(purpose)));
  }
}

const framed = (message, context) => joined(FRAME, [context.length], context, message);

/** Refuse a public key that nobody should trust, as `crypto/points.py`. */
export function refuseWeak(name, octets) {
  if (octets.length !== SIZES[name]) throw broken("weak-key");
  if (name === "Ed25519") {
    const y = BigInt(`0x${hex(octets.slice().reverse())}`) & ~(1n << 255n);
    if (y >= P || SMALL_ORDER_Y.includes(y)) throw broken("weak-key");
  } else if (!octets.subarray(32).some(Boolean)) {
    throw broken("weak-key");
  }
}

/** The two public keys of one signer, and their fingerprint. */
export async function identity(ed25519, mlDsa65) {
  refuseWeak("Ed25519", ed25519);
  refuseWeak("ML-DSA-65", mlDsa65);
  const fingerprint = hex(await sha256(encoded("legation identity 1\0"), ed25519, mlDsa65));
  return { ed25519, mlDsa65, fingerprint };
}

const imported = (name, octets) =>
  crypto.subtle.importKey(name === "Ed25519" ? "raw" : "raw-public", octets, { name }, false, ["verify"]);

/** Ed25519 must give its published answer (RFC 8032, section 7.1, test 2). */
async function knownAnswer() {
  try {
    const key = await imported("Ed25519", fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    const signature = fromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    if (!(await crypto.subtle.verify("Ed25519", key, signature, fromHex("72")))) throw broken("no-crypto");
    if (await crypto.subtle.verify("Ed25519", key, signature, fromHex("73"))) throw broken("no-crypto");
  } catch {
    throw broken("no-crypto");
  }
}
