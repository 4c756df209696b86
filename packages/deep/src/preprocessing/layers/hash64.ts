import { fingerprint64 as farmFingerprint } from "../../backend/fingerprint.js";

const utf8 = new TextEncoder();
const word = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => word((value << by) | (value >> (64n - by)));

/** FarmHash's Fingerprint64 of a string's UTF-8: TensorFlow's fast hash of strings. */
export function fingerprint64(text: string): bigint {
  return farmFingerprint(utf8.encode(text));
}

const catMultiplier = 0xc6a4a7935bd1e995n;
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);

/** Two fingerprints as one, in order: TensorFlow's FingerprintCat64. */
export function joinFingerprints(first: bigint, second: bigint): bigint {
  let joined = first ^ catMultiplier;
  joined ^= word(shiftMix(word(second * catMultiplier)) * catMultiplier);
  joined = word(joined * catMultiplier);
  joined = word(shiftMix(joined) * catMultiplier);
  return shiftMix(joined);
}

/** SipHash-2-4 of a string's UTF-8 (Aumasson and Bernstein 2012): TensorFlow's strong hash of strings. */
export function sipHash(text: string, [low, high]: readonly [bigint, bigint]): bigint {
  const bytes = utf8.encode(text);
  const state = [
    low ^ 0x736f6d6570736575n,
    high ^ 0x646f72616e646f6dn,
    low ^ 0x6c7967656e657261n,
    high ^ 0x7465646279746573n,
  ];
  // Whole words, then the rest with the length in its highest byte.
  const padded = new Uint8Array(8 * (Math.floor(bytes.length / 8) + 1));
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 255;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const message = view.getBigUint64(at, true);
    state[3] ^= message;
    sipRounds(state, 2);
    state[0] ^= message;
  }
  state[2] ^= 255n;
  sipRounds(state, 4);
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

function sipRounds(v: bigint[], rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    v[0] = word(v[0] + v[1]);
    v[1] = rotate(v[1], 13n) ^ v[0];
    v[0] = rotate(v[0], 32n);
    v[2] = word(v[2] + v[3]);
    v[3] = rotate(v[3], 16n) ^ v[2];
    v[0] = word(v[0] + v[3]);
    v[3] = rotate(v[3], 21n) ^ v[0];
    v[2] = word(v[2] + v[1]);
    v[1] = rotate(v[1], 17n) ^ v[2];
    v[2] = rotate(v[2], 32n);
  }
}

/** A salt as Keras takes it: a key of SipHash, one number for both halves. */
export type Salt = number | readonly [number, number];

/** Buckets of so many strings are held at a time. */
const mostHeld = 1 << 16;

/** One of `buckets` for a string, by SipHash where there is a salt; strings that come again soon are looked up. */
export function stringBuckets(buckets: number, salt: Salt | null): (text: string) => number {
  const held = new Map<string, number>();
  const pair = typeof salt === "number" ? ([salt, salt] as const) : salt;
  const key = pair && ([BigInt(pair[0]), BigInt(pair[1])] as const);
  return (text) => {
    let bucket = held.get(text);
    if (bucket === undefined) {
      bucket = Number((key ? sipHash(text, key) : fingerprint64(text)) % BigInt(buckets));
      if (held.size === mostHeld) held.clear();
      held.set(text, bucket);
    }
    return bucket;
  };
}
