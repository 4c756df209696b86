/** Points in (0, 1) and weights that integrate any polynomial of degree < 2 * points exactly. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const cache = new Map<number, Quadrature>();

/** Gauss-Legendre quadrature on [0, 1]: the roots of Legendre's polynomial by Newton's method, weights by its slope there. */
export function gaussLegendre(count: number): Quadrature {
  let rule = cache.get(count);
  if (rule === undefined) {
    rule = makeRule(count);
    cache.set(count, rule);
  }
  return rule;
}

function makeRule(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    // It converges quadratically from here; one more step than needed settles the last bit.
    for (let step = 0; step < 10; step++) {
      let [before, value] = [1, x];
      for (let n = 2; n <= count; n++)
        [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
      slope = (count * (before - x * value)) / (1 - x * x);
      x -= value / slope;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
