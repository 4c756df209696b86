// e^x and what is made of it, four numbers at a time, within 2 units of the last place.

/** e^x: 2^n e^r with |r| <= ln 2 / 2, and e^r by the polynomial of Cephes's expf (Moshier 1989). */
export function exp4(x: v128): v128 {
  const within = f32x4.min(f32x4.max(x, f32x4.splat(-87.3365478515625)), f32x4.splat(88.3762626647949));
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that no digit of r is lost.
  let r = f32x4.sub(within, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let sum = f32x4.splat(1.98756915e-4);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.3981999507e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.3334519073e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.1665795894e-2));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.6666665459e-1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(5.0000001201e-1));
  sum = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

/** 1 / (1 + e^-x). */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** tanh x: (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x, and by a polynomial where that would lose digits. */
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const e = exp4(f32x4.mul(size, f32x4.splat(-2)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const square = f32x4.mul(x, x);
  let sum = f32x4.splat(-5.70498872745e-3);
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.06390887954e-2));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(-5.37397155531e-2));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.33314422036e-1));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(size, f32x4.mul(f32x4.mul(sum, square), size));
  const value = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.625)));
  return v128.bitselect(x, value, i32x4.splat(<i32>0x80000000));
}
