// Exponentials of two doubles at once, to the last bit or two: 2^k * e^r with |r| <= ln 2 / 2, e^r by its Taylor series.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Adding this rounds a double to a whole number, which then stands in its low bits. */
const ROUNDER: f64 = 6755399441055744.0;

/** e^x of both lanes; below -708 it is 0 where it should be almost 0, and above 709 infinite. */
export function expPair(given: v128): v128 {
  const x = f64x2.pmax(f64x2.pmin(given, f64x2.splat(709.8)), f64x2.splat(-745.0));
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2E)), f64x2.splat(ROUNDER));
  const k = f64x2.sub(shifted, f64x2.splat(ROUNDER));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  // In pairs (Estrin's scheme), for a chain of additions would wait on every one before.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const low = f64x2.add(
    f64x2.add(f64x2.splat(1), r),
    f64x2.mul(r2, f64x2.add(f64x2.splat(0.5), f64x2.mul(r, f64x2.splat(1.0 / 6)))),
  );
  const middle = f64x2.add(
    f64x2.add(f64x2.splat(1.0 / 24), f64x2.mul(r, f64x2.splat(1.0 / 120))),
    f64x2.mul(r2, f64x2.add(f64x2.splat(1.0 / 720), f64x2.mul(r, f64x2.splat(1.0 / 5040)))),
  );
  const high = f64x2.add(
    f64x2.add(f64x2.splat(1.0 / 40320), f64x2.mul(r, f64x2.splat(1.0 / 362880))),
    f64x2.mul(r2, f64x2.add(f64x2.splat(1.0 / 3628800), f64x2.mul(r, f64x2.splat(1.0 / 39916800)))),
  );
  const top = f64x2.add(f64x2.splat(1.0 / 479001600), f64x2.mul(r, f64x2.splat(1.0 / 6227020800.0)));
  const p = f64x2.add(
    low,
    f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, f64x2.add(high, f64x2.mul(r4, top))))),
  );
  // 2^k in two halves, so that neither overflows where the product does not.
  const whole = i64x2.sub(shifted, f64x2.splat(ROUNDER));
  const half = i64x2.shr_s(whole, 1);
  const rest = i64x2.sub(whole, half);
  const bias = i64x2.splat(1023);
  const a = i64x2.shl(i64x2.add(half, bias), 52);
  const b = i64x2.shl(i64x2.add(rest, bias), 52);
  return f64x2.mul(f64x2.mul(p, a), b);
}
