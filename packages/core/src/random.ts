/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna, 2018) started by splitmix32.
 * The same seed gives the same stream on every platform.
 *
 * @example
 * const random = new Random(7);
 * random.uniform(); // in [0, 1)
 * const forShuffle = random.fork("shuffle"); // a stream of its own: draws here don't move it
 */
export class Random {
  readonly seed: number;
  private readonly s: Uint32Array;
  private spareNormal: number | undefined;

  constructor(seed: number) {
    this.seed = seed;
    // A double carries 53 bits; both halves take part, so seeds above 2^32 and fractions differ too.
    const bits = new Uint32Array(new Float64Array([seed]).buffer);
    let a = (bits[0] ^ Math.imul(bits[1], 0x9e3779b1)) >>> 0;
    const splitmix = (): number => {
      a = (a + 0x9e3779b9) >>> 0;
      let z = a;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.s = Uint32Array.of(splitmix(), splitmix(), splitmix(), splitmix() | 1);
  }

  /** An independent stream named by `label`; depends on the seed and label only, never on draws made so far. */
  fork(label: string | number): Random {
    let hash = 0x811c9dc5;
    for (const ch of `${this.seed}/${label}`) hash = Math.imul(hash ^ ch.codePointAt(0)!, 0x01000193);
    return new Random((hash >>> 0) + 0.5);
  }

  /** The next 32 random bits as an unsigned integer. */
  uint32(): number {
    const s = this.s;
    const m = Math.imul(s[1], 5);
    const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in [0, n), without modulo bias; n at most 2^32. */
  integer(n: number): number {
    const limit = 4294967296 - (4294967296 % n);
    let x = this.uint32();
    while (x >= limit) x = this.uint32();
    return x % n;
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const q = u * u + v * v;
      if (q > 0 && q < 1) {
        const f = Math.sqrt((-2 * Math.log(q)) / q);
        this.spareNormal = v * f;
        return u * f;
      }
    }
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log1p(-this.uniform());
  }

  /** Poisson with the given mean (Knuth below 30, halved by addition above). */
  poisson(mean: number): number {
    if (mean > 30) return this.poisson(mean / 2) + this.poisson(mean / 2);
    const limit = Math.exp(-mean);
    let k = 0;
    for (let p = this.uniform(); p > limit; p *= this.uniform()) k++;
    return k;
  }

  /** One element of a non-empty list. */
  choice<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends Int32Array | Uint32Array | Float64Array | unknown[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** A random order of 0..n-1. */
  permutation(n: number): Int32Array {
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = i;
    return this.shuffle(out);
  }
}
