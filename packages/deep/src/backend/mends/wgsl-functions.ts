/**
 * Functions of one number whose own WGSL form may be far off: the language asks of sin and cos no more than 2^-11, and
 * 1 is added and taken away again where the digits of a small number then go. Each `f` is within some 2e-7 of the number
 * or of 1. Coefficients: S. Moshier's Cephes library in single precision (sinf, cosf, asinf, tanhf), others Taylor series.
 */

const growth = `
  fn growth(a : f32) -> f32 {
    if (abs(a) > 0.5) { return exp(a) - 1.0; }
    let tail = 1.0 + a / 6.0 * (1.0 + a / 7.0 * (1.0 + a / 8.0 * (1.0 + a / 9.0)));
    return a * (1.0 + a / 2.0 * (1.0 + a / 3.0 * (1.0 + a / 4.0 * (1.0 + a / 5.0 * tail))));
  }`;

/** Within a quarter turn: the number less the nearest multiple of a right angle, which is taken away in three parts. */
const circle = `
  fn sine(r : f32) -> f32 {
    let z = r * r;
    return r + r * z * (-1.6666654611e-1 + z * (8.3321608736e-3 - z * 1.9515295891e-4));
  }
  fn cosine(r : f32) -> f32 {
    let z = r * r;
    return 1.0 - z / 2.0 + z * z * (4.166664568298827e-2 + z * (-1.388731625493765e-3 + z * 2.443315711809948e-5));
  }
  // The sine of a and as many right angles.
  fn turned(a : f32, angles : i32) -> f32 {
    let k = round(a * 0.6366197723675814);
    let r = ((a - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789954892e-8;
    let quarter = (i32(k) + angles) & 3;
    let value = select(sine(r), cosine(r), (quarter & 1) == 1);
    return select(value, -value, quarter > 1);
  }`;

const arc = `
  fn arc(a : f32) -> f32 {
    let z = a * a;
    let series = (((4.2163199048e-2 * z + 2.4181311049e-2) * z + 4.5470025998e-2) * z + 7.4953002686e-2) * z;
    return (series + 1.6666752422e-1) * z * a + a;
  }
  fn arcSine(a : f32) -> f32 {
    if (abs(a) <= 0.5) { return arc(a); }
    return sign(a) * (1.5707963267948966 - 2.0 * arc(sqrt((1.0 - abs(a)) / 2.0)));
  }`;

/** By kernel: WGSL of `fn f(a : f32) -> f32`, which never gets NaN. */
export const wgslFunctions: Readonly<Record<string, string>> = {
  Sin: `${circle} fn f(a : f32) -> f32 { return turned(a, 0); }`,
  Cos: `${circle} fn f(a : f32) -> f32 { return turned(a, 1); }`,
  Tan: `${circle} fn f(a : f32) -> f32 { return turned(a, 0) / turned(a, 1); }`,
  Asin: `${arc} fn f(a : f32) -> f32 {
    if (abs(a) > 1.0) { return uniforms.NAN; }
    return arcSine(a);
  }`,
  Acos: `${arc} fn f(a : f32) -> f32 {
    if (abs(a) > 1.0) { return uniforms.NAN; }
    if (a > 0.5) { return 2.0 * arc(sqrt((1.0 - a) / 2.0)); }
    return 1.5707963267948966 - arcSine(a);
  }`,
  Expm1: `${growth} fn f(a : f32) -> f32 { return growth(a); }`,
  Elu: `${growth} fn f(a : f32) -> f32 {
    if (a >= 0.0) { return a; }
    return growth(a);
  }`,
  Log1p: `fn f(a : f32) -> f32 {
    if (abs(a) > 0.4) { return log(1.0 + a); }
    let s = a / (2.0 + a);
    let z = s * s;
    let tail = 1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z / 15.0));
    return 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * tail))));
  }`,
  Sinh: `fn f(a : f32) -> f32 {
    if (abs(a) > 1.0) { let grown = exp(a); return (grown - 1.0 / grown) / 2.0; }
    let z = a * a;
    return a * (1.0 + z / 6.0 * (1.0 + z / 20.0 * (1.0 + z / 42.0 * (1.0 + z / 72.0))));
  }`,
  Tanh: `fn f(a : f32) -> f32 {
    if (abs(a) > 0.625) { return sign(a) * (1.0 - 2.0 / (exp(2.0 * min(abs(a), 20.0)) + 1.0)); }
    let z = a * a;
    let series = ((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1;
    return (series * z - 3.33332819422e-1) * z * a + a;
  }`,
};
