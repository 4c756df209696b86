// e^x and what is made of it, four numbers at a time; relative errors below 4e-7.
import { madd } from "./madd";

/** e^x: 2^n e^r with |r| <= ln 2 / 2, and e^r by the polynomial of Cephes's expf (Moshier 1989). */
export function exp4(x: v128): v128 {
  const within = f32x4.min(f32x4.max(x, f32x4.splat(-87.3365478515625)), f32x4.splat(88.3762626647949));
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(1.4426950408889634)));
  // ln 2 in two parts, so that no digit of r is lost.
  let r = f32x4.sub(within, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let sum = f32x4.splat(1.98756915e-4);
  sum = madd(sum, r, f32x4.splat(1.3981999507e-3));
  sum = madd(sum, r, f32x4.splat(8.3334519073e-3));
  sum = madd(sum, r, f32x4.splat(4.1665795894e-2));
  sum = madd(sum, r, f32x4.splat(1.6666665459e-1));
  sum = madd(sum, r, f32x4.splat(5.0000001201e-1));
  sum = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

/** 1 / (1 + e^-x). */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** tanh x by a ratio of polynomials (that of the library Eigen), which is 1 beyond 7.9 as it is in float32. */
export function tanh4(x: v128): v128 {
  const within = f32x4.min(f32x4.max(x, f32x4.splat(-7.90531110763549805)), f32x4.splat(7.90531110763549805));
  const square = f32x4.mul(within, within);
  let top = f32x4.splat(-2.76076847742355e-16);
  top = madd(top, square, f32x4.splat(2.00018790482477e-13));
  top = madd(top, square, f32x4.splat(-8.60467152213735e-11));
  top = madd(top, square, f32x4.splat(5.12229709037114e-8));
  top = madd(top, square, f32x4.splat(1.48572235717979e-5));
  top = madd(top, square, f32x4.splat(6.37261928875436e-4));
  top = madd(top, square, f32x4.splat(4.89352455891786e-3));
  let bottom = f32x4.splat(1.19825839466702e-6);
  bottom = madd(bottom, square, f32x4.splat(1.18534705686654e-4));
  bottom = madd(bottom, square, f32x4.splat(2.268434632439e-3));
  bottom = madd(bottom, square, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(within, top), bottom);
}
