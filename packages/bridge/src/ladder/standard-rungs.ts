import {
  ColumnTransformer,
  DummyClassifier,
  HistGradientBoostingClassifier,
  LogisticRegression,
  OneHotEncoder,
  Passthrough,
  Pipeline,
  SimpleImputer,
  StandardScaler,
  TfidfVectorizer,
  TruncatedSVD,
} from "@strata-ml/classical";
import { type AnyEstimator, type ColumnKind, DataError, type Dataset } from "@strata-ml/core";
import { NeuralClassifier } from "@strata-ml/deep";
import { hybrid } from "../hybrid.js";
import type { Rung } from "./ladder.js";

export interface StandardRungsOptions {
  /** Seeds every rung; default 0. */
  readonly seed?: number;
  /** The boosting of the boosting and hybrid rungs; default a HistGradientBoostingClassifier that stops early. */
  readonly boosting?: AnyEstimator;
  /** The network of the hybrid and deep rungs; default a NeuralClassifier. */
  readonly network?: AnyEstimator;
  /** Networks of the hybrid's cross-fitting; default 3. */
  readonly folds?: number;
}

const tabularKinds: readonly ColumnKind[] = ["numeric", "tensor", "categorical"];
/** What only networks read as it is. */
const networkKinds: readonly ColumnKind[] = ["text", "sequence"];

/**
 * The usual rungs for a dataset, from the simplest up: dummy, logistic regression, boosting, the hybrid, and the network
 * alone. Linear models and trees read text as TF-IDF of character n-grams, so that what a network adds is not merely
 * that it reads. Sequences are the networks' alone: where there is nothing else, those two rungs are left out.
 *
 * @throws DataError for a feature that the networks can't read: sparse blocks and timestamps.
 * @example
 * const train = fromColumns({ x: [1, 2, 8, 9], y: [0, 0, 1, 1] }, { target: "y" });
 * const rungs = standardRungs(train, { seed: 1 });
 * rungs.map(({ name }) => name); // dummy, logistic regression, boosting, hybrid and network
 */
export function standardRungs(data: Dataset, options: StandardRungsOptions = {}): Rung[] {
  const { seed = 0, folds = 3 } = options;
  const unread = data.featureSchema.find(
    ({ kind }) => !tabularKinds.includes(kind) && !networkKinds.includes(kind),
  );
  if (unread !== undefined)
    throw new DataError(
      "standardRungs",
      `features must be ${[...tabularKinds, ...networkKinds].join(", ")}, received '${unread.name}' of kind ${unread.kind}`,
    );
  const boosting = options.boosting ?? new HistGradientBoostingClassifier({ seed, earlyStopping: true });
  const network = options.network ?? new NeuralClassifier({ seed });
  const tabular = keepKinds(tabularKinds);
  const classical: Rung[] = [
    { name: "logistic regression", estimator: withFeatures(forLinear(data), new LogisticRegression()) },
    { name: "boosting", estimator: withFeatures(forTrees(data, seed), boosting) },
  ];
  const readable = data.featureSchema.some(({ kind }) => kind === "text" || tabularKinds.includes(kind));
  return [
    { name: "dummy", estimator: new DummyClassifier() },
    ...(readable ? classical : []),
    { name: "hybrid", estimator: hybrid({ network, tabular, head: boosting, folds, seed }) },
    { name: "deep", estimator: network },
  ];
}

/** A transformer that keeps the features of some kinds, unchanged and under their names. */
export function keepKinds(kinds: readonly ColumnKind[]) {
  return new ColumnTransformer({
    transformers: [["kept", new Passthrough(), { kinds }]],
    verboseFeatureNames: false,
  });
}

/** Numbers on one scale, categories as indicators, and text as sparse TF-IDF. */
function forLinear(data: Dataset): AnyEstimator {
  const numbers = new Pipeline({
    steps: [
      ["impute", new SimpleImputer({ strategy: "median" })],
      ["scale", new StandardScaler()],
    ],
  });
  const categories = new OneHotEncoder({ handleUnknown: "infrequent", minFrequency: 10 });
  return new ColumnTransformer({
    transformers: [
      ["numbers", numbers, { kinds: ["numeric", "tensor"] }],
      ["categories", categories, { kinds: ["categorical"] }],
      ["text", charNgrams(data), { kinds: ["text"] }],
    ],
  });
}

/** Numbers and categories as they are, and text as components of its TF-IDF. */
function forTrees(data: Dataset, seed: number): AnyEstimator {
  const components = new Pipeline({
    steps: [
      ["tfidf", charNgrams(data)],
      ["svd", new TruncatedSVD({ nComponents: 32, seed })],
    ],
  });
  return new ColumnTransformer({
    transformers: [
      ["tabular", new Passthrough(), { kinds: tabularKinds }],
      ["text", components, { kinds: ["text"] }],
    ],
  });
}

/** Of few rows no term is too rare to keep. */
function charNgrams({ rows }: Dataset): TfidfVectorizer {
  const minDf = rows < 1000 ? 1 : 3;
  return new TfidfVectorizer({ analyzer: "charWb", ngramRange: [2, 4], minDf, sublinearTf: true });
}

function withFeatures(features: AnyEstimator, model: AnyEstimator): AnyEstimator {
  return new Pipeline({
    steps: [
      ["features", features],
      ["model", model],
    ],
  });
}
