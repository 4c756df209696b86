// The random numbers of @strata-ml/core's `Random`, bit for bit: xoshiro128** started by splitmix32. One stream a
// thread.

let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;
let mixed: u32 = 0;

export function seedRandom(seed: f64): void {
  const bits = reinterpret<u64>(seed);
  mixed = <u32>bits ^ (<u32>(bits >> 32) * 0x9e3779b1);
  s0 = splitmix();
  s1 = splitmix();
  s2 = splitmix();
  s3 = splitmix() | 1;
}

function splitmix(): u32 {
  mixed += 0x9e3779b9;
  let z = mixed;
  z = (z ^ (z >> 16)) * 0x21f0aaad;
  z = (z ^ (z >> 15)) * 0x735a2d97;
  return z ^ (z >> 15);
}

function uint32(): u32 {
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl<u32>(s3, 11);
  return result;
}

/** Uniform in [0, 1) with 53 random bits. */
export function uniform(): f64 {
  const high = <f64>(uint32() >> 5);
  return (high * 67108864 + <f64>(uint32() >> 6)) / 9007199254740992;
}

/** Uniform whole number in [0, n), without modulo bias. */
export function below(n: u32): u32 {
  let x = uint32();
  // Numbers above the last whole multiple of n are drawn again; what that is matters for the greatest n of them alone.
  if (x >= 0 - n) {
    const last: u32 = 0xffffffff - ((0 - n) % n);
    while (x > last) x = uint32();
  }
  return x % n;
}
