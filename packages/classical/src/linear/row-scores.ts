/**
 * Linear scores of one row at a time, without allocating: `coef` has the coefficients of one output after another's, and
 * there are as many outputs as intercepts.
 */
export function rowScores(coef: Float64Array, intercept: Float64Array): (x: Float64Array) => Float64Array {
  const out = new Float64Array(intercept.length);
  return (x) => {
    for (let k = 0, at = 0; k < out.length; k++) {
      let sum = 0;
      for (let j = 0; j < x.length; j++, at++) sum += coef[at] * x[j];
      out[k] = sum + intercept[k];
    }
    return out;
  };
}
