// Which values a step of dropout keeps; see src/backend/kernels/kept-scale.ts, which draws the same in plain loops.

/**
 * 0 for a dropped value, `scale` for a kept one, by four streams of xorshift32 (Marsaglia 2003) side by side.
 *
 * @param limit values whose 31 random bits lie below it are dropped
 */
export function keptScale(
  out: usize,
  size: i32,
  limit: i32,
  scale: f32,
  seed0: i32,
  seed1: i32,
  seed2: i32,
  seed3: i32,
): void {
  let state = i32x4.splat(seed0);
  state = i32x4.replace_lane(state, 1, seed1);
  state = i32x4.replace_lane(state, 2, seed2);
  state = i32x4.replace_lane(state, 3, seed3);
  const kept = f32x4.splat(scale);
  const below = i32x4.splat(limit);
  let i = 0;
  while (i < size) {
    state = v128.xor(state, i32x4.shl(state, 13));
    state = v128.xor(state, i32x4.shr_u(state, 17));
    state = v128.xor(state, i32x4.shl(state, 5));
    const values = v128.andnot(kept, i32x4.lt_s(i32x4.shr_u(state, 1), below));
    if (i + 4 <= size) v128.store(out + ((<usize>i) << 2), values);
    else {
      store<f32>(out + ((<usize>i) << 2), f32x4.extract_lane(values, 0));
      if (i + 1 < size) store<f32>(out + ((<usize>(i + 1)) << 2), f32x4.extract_lane(values, 1));
      if (i + 2 < size) store<f32>(out + ((<usize>(i + 2)) << 2), f32x4.extract_lane(values, 2));
    }
    i += 4;
  }
}
