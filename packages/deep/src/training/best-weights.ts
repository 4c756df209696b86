/** What {@link BestWeights} remembers besides weights. */
export interface BestState {
  /** Of what is monitored, turned around where higher is better. */
  readonly lowest: number;
  readonly waited: number;
}

/** Watches what epochs are judged by: keeps the weights of its lowest value and says when it has not fallen for too long. */
export class BestWeights {
  /** Those of the lowest value; undefined where nothing was kept. */
  weights: Float32Array | undefined;
  state: BestState = { lowest: Number.POSITIVE_INFINITY, waited: 0 };

  /** Without patience (null) nothing is kept and training never ends early. */
  constructor(private readonly patience: number | null) {}

  /** Takes an epoch's value; true where training should end. */
  offer(cost: number, weights: Float32Array): boolean {
    if (this.patience === null) return false;
    const { lowest, waited } = this.state;
    if (cost < lowest) {
      this.state = { lowest: cost, waited: 0 };
      this.weights = weights;
      return false;
    }
    this.state = { lowest, waited: waited + 1 };
    return waited + 1 >= this.patience;
  }
}
