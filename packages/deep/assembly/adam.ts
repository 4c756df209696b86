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
  for (let i = 0; i < size; i++) {
    const at = (<usize>i) << 2;
    let w = <f64>load<f32>(oldWeights + at);
    let d = <f64>load<f32>(gradient + at);
    if (i < decayed) {
      d += penalty * w;
      w *= 1 - decay;
    }
    const m = <f64>load<f32>(oldMean + at);
    const v = <f64>load<f32>(oldSquare + at);
    const average = m + (d - m) * (1 - beta1);
    const power = v + (d * d - v) * (1 - beta2);
    store<f32>(mean + at, <f32>average);
    store<f32>(square + at, <f32>power);
    store<f32>(weights + at, <f32>(w - (rate * average) / (Math.sqrt(power) + epsilon)));
  }
}
