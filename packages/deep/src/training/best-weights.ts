/** Watches a validation loss: keeps the weights of its lowest value and says when it has not fallen for too long. */
export class BestWeights {
  /** Those of the lowest loss; undefined where nothing was kept. */
  weights: Float32Array | undefined;
  private lowest = Number.POSITIVE_INFINITY;
  private waited = 0;

  /** Without patience (null) nothing is kept and training never ends early. */
  constructor(private readonly patience: number | null) {}

  /** Takes an epoch's loss; true where training should end. */
  offer(loss: number, weights: Float32Array): boolean {
    if (this.patience === null) return false;
    if (loss < this.lowest) {
      this.lowest = loss;
      this.weights = weights;
      this.waited = 0;
      return false;
    }
    this.waited++;
    return this.waited >= this.patience;
  }
}
