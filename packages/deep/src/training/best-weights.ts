/** What {@link BestWeights} remembers besides weights. */
export interface BestState {
  readonly lowest: number;
  readonly waited: number;
}

/** Watches a validation loss: keeps the weights of its lowest value and says when it has not fallen for too long. */
export class BestWeights {
  /** Those of the lowest loss; undefined where nothing was kept. */
  weights: Float32Array | undefined;
  state: BestState = { lowest: Number.POSITIVE_INFINITY, waited: 0 };

  /** Without patience (null) nothing is kept and training never ends early. */
  constructor(private readonly patience: number | null) {}

  /** Takes an epoch's loss; true where training should end. */
  offer(loss: number, weights: Float32Array): boolean {
    if (this.patience === null) return false;
    const { lowest, waited } = this.state;
    if (loss < lowest) {
      this.state = { lowest: loss, waited: 0 };
      this.weights = weights;
      return false;
    }
    this.state = { lowest, waited: waited + 1 };
    return waited + 1 >= this.patience;
  }
}
