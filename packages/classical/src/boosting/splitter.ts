import type { Random } from "@strata-ml/core";
import type { BinSplit, NodeSums, SplitFeature, SplitLimits } from "./bin-split.js";
import { scanCategories } from "./category-scan.js";
import type { Histogram } from "./histogram.js";
import { scanNumeric } from "./numeric-scan.js";

export interface SplitOptions extends SplitLimits {
  /** Share of the features drawn for each split. */
  readonly maxFeatures: number;
}

/** Finds the best split of a node in its histogram. Of equally good ones the first feature and the lowest bin win. */
export class Splitter {
  private readonly order: Int32Array;
  private readonly drawn: Uint8Array;

  constructor(
    private readonly features: readonly SplitFeature[],
    private readonly options: SplitOptions,
    private readonly random: Random,
  ) {
    this.order = Int32Array.from(features.keys());
    this.drawn = new Uint8Array(features.length).fill(1);
  }

  /** The best split that leaves enough rows and hessian on both sides and decreases the loss, if there is one. */
  best(histogram: Histogram, node: NodeSums): BinSplit | undefined {
    this.draw();
    let best: BinSplit | undefined;
    this.features.forEach((feature, index) => {
      if (this.drawn[index] === 0) return;
      const scan = feature.kind === "numeric" ? scanNumeric : scanCategories;
      best = scan(index, feature, histogram, node, this.options, best);
    });
    return best;
  }

  private draw(): void {
    const { order, drawn, random } = this;
    const count = Math.max(1, Math.ceil(this.options.maxFeatures * order.length));
    if (count === order.length) return;
    drawn.fill(0);
    for (let i = 0; i < count; i++) {
      const pick = i + random.integer(order.length - i);
      [order[i], order[pick]] = [order[pick], order[i]];
      drawn[order[i]] = 1;
    }
  }
}
