import { FeatureUnion, Pipeline } from "@strata-ml/classical";
import type { AnyEstimator } from "@strata-ml/core";
import { DeepEmbedder } from "./embedding/deep-embedder.js";

export interface HybridOptions<N extends AnyEstimator, T extends AnyEstimator, H extends AnyEstimator> {
  /** The network whose embedding and decision become columns, such as a NeuralClassifier: it sees every feature. */
  readonly network: N;
  /** What the head sees besides the embedding: a transformer of all features that keeps what the head can read. */
  readonly tabular: T;
  /** The classical estimator at the end, such as a HistGradientBoostingClassifier. */
  readonly head: H;
  /** Layer to embed; default the network's own. */
  readonly layer?: string;
  /** Whether the network's decision comes along; default true. */
  readonly decision?: boolean;
  /** Networks of the cross-fitting; default 3. */
  readonly folds?: number;
  readonly seed?: number;
}

/**
 * A classical estimator over tabular features and a network's cross-fitted embedding, as one pipeline and one artifact.
 *
 * @example
 * const spent = Array.from({ length: 60 }, (_, i) => i);
 * const data = fromColumns(
 *   {
 *     amount: spent,
 *     note: text(spent.map((i) => (i % 3 === 0 ? "urgent gift card" : "weekly shop"))),
 *     fraud: spent.map((i) => Number(i % 3 === 0)),
 *   },
 *   { target: "fraud" },
 * );
 * const model = await hybrid({
 *   network: new NeuralClassifier({ epochs: 8 }),
 *   tabular: keepKinds(["numeric", "categorical"]),
 *   head: new HistGradientBoostingClassifier(),
 * }).fit(data);
 * await model.predictProba(data); // Matrix of 60 x 2
 */
export function hybrid<N extends AnyEstimator, T extends AnyEstimator, H extends AnyEstimator>(
  options: HybridOptions<N, T, H>,
) {
  const { network, tabular, head, layer = null, decision = true, folds = 3, seed = 0 } = options;
  const embedder = new DeepEmbedder({ network, layer, decision, folds, seed });
  return new Pipeline({
    steps: [
      [
        "features",
        new FeatureUnion({
          transformers: [
            ["tabular", tabular],
            ["network", embedder],
          ],
        }),
      ],
      ["head", head],
    ],
  });
}
