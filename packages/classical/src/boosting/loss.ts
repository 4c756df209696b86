/** What boosting decreases. Raw scores come as one array a tree of an iteration; losses are weighted means over rows. */
export interface Loss {
  /** Trees an iteration: one, or one a class. */
  readonly trees: number;
  /** The raw scores that are best without any tree. */
  baseline(y: Float64Array, weights: Float64Array | undefined): Float64Array;
  /**
   * Fills in every row's gradient and hessian at these scores, times its weight, side by side in one array a score;
   * gives the loss there.
   */
  derivatives(
    y: Float64Array,
    raw: readonly Float64Array[],
    weights: Float64Array | undefined,
    out: readonly Float32Array[],
  ): number;
  /** The loss at these scores. */
  mean(y: Float64Array, raw: readonly Float64Array[], weights: Float64Array | undefined): number;
  /** The best leaf value for rows of these residuals, where a Newton step would not find it. */
  leafValue?(residuals: Float64Array, weights: Float64Array | undefined): number;
}
