// One step of Adam; see src/backend/kernels/adam.ts, which does the same in plain loops.

/** The first `decayed` weights pay decay and penalty. `oldX` are read, `x` written. */
export function adamStep(
  oldWeights: usize,
  gradient: usize,
  oldMean: usize,
  oldSquare: usize,
  weights: usize,
  mean: usize,
  square: usize,
  size: i32,
  decayed: i32,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  decay: f64,
  penalty: f64,
): void {
  const even = size & ~1;
  for (let i = 0; i < size; i += 2) {
    // The last of an odd number of weights is done with the one before it, which comes out as it did.
    const first = i < even || size < 2 ? i : i - 1;
    const at = (<usize>first) << 2;
    const pair = size >= 2;
    const paysFirst = <f64>(<i32>(first < decayed));
    const pays = f64x2.replace_lane(f64x2.splat(paysFirst), 1, <f64>(<i32>(first + 1 < decayed)));
    let w = two(oldWeights + at, pair);
    const d = f64x2.add(two(gradient + at, pair), f64x2.mul(f64x2.mul(pays, f64x2.splat(penalty)), w));
    const m = two(oldMean + at, pair);
    const v = two(oldSquare + at, pair);
    const average = f64x2.add(m, f64x2.mul(f64x2.sub(d, m), f64x2.splat(1 - beta1)));
    const power = f64x2.add(v, f64x2.mul(f64x2.sub(f64x2.mul(d, d), v), f64x2.splat(1 - beta2)));
    w = f64x2.mul(w, f64x2.sub(f64x2.splat(1), f64x2.mul(pays, f64x2.splat(decay))));
    const step = f64x2.div(
      f64x2.mul(f64x2.splat(rate), average),
      f64x2.add(f64x2.sqrt(power), f64x2.splat(epsilon)),
    );
    keep(mean + at, average, pair);
    keep(square + at, power, pair);
    keep(weights + at, f64x2.sub(w, step), pair);
  }
}

/** Two numbers, or one twice, in float64. */
function two(x: usize, pair: bool): v128 {
  return f64x2.promote_low_f32x4(pair ? v128.load64_zero(x) : v128.load32_splat(x));
}

function keep(to: usize, x: v128, pair: bool): void {
  const values = f32x4.demote_f64x2_zero(x);
  if (pair) v128.store64_lane(to, values, 0);
  else v128.store32_lane(to, values, 0);
}
