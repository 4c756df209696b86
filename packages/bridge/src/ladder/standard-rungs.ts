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
import type { AnyEstimator, ColumnKind, Dataset } from "@strata-ml/core";
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

/**
 * The usual rungs for a dataset, from the simplest up: dummy, logistic regression and boosting on its tabular columns,
 * boosting with text as TF-IDF components (where there is text), the hybrid, and the network alone.
 *
 * @example
 * const rungs = standardRungs(train, { seed: 1 });
 */
export function standardRungs(data: Dataset, options: StandardRungsOptions = {}): Rung[] {
  const { seed = 0, folds = 3 } = options;
  const boosting = options.boosting ?? new HistGradientBoostingClassifier({ seed, earlyStopping: true });
  const network = options.network ?? new NeuralClassifier({ seed });
  const kinds = new Set(data.featureSchema.map(({ kind }) => kind));
  const rungs: Rung[] = [{ name: "dummy", estimator: new DummyClassifier() }];
  const tabular = keepKinds(tabularKinds);
  if (tabularKinds.some((kind) => kinds.has(kind))) {
    rungs.push({ name: "logistic regression", estimator: linearPipeline() });
    rungs.push({
      name: "boosting",
      estimator: new Pipeline({
        steps: [
          ["tabular", tabular],
          ["model", boosting],
        ],
      }),
    });
  }
  if (kinds.has("text")) {
    rungs.push({
      name: "boosting with text",
      estimator: new Pipeline({
        steps: [
          ["features", withText(seed)],
          ["model", boosting],
        ],
      }),
    });
  }
  rungs.push({ name: "hybrid", estimator: hybrid({ network, tabular, head: boosting, folds, seed }) });
  rungs.push({ name: "deep", estimator: network });
  return rungs;
}

/** A transformer that keeps the features of some kinds, unchanged and under their names. */
export function keepKinds(kinds: readonly ColumnKind[]) {
  return new ColumnTransformer({
    transformers: [["kept", new Passthrough(), { kinds }]],
    verboseFeatureNames: false,
  });
}

function linearPipeline(): AnyEstimator {
  const numbers = new Pipeline({
    steps: [
      ["impute", new SimpleImputer({ strategy: "median" })],
      ["scale", new StandardScaler()],
    ],
  });
  const categories = new OneHotEncoder({ handleUnknown: "infrequent", minFrequency: 10 });
  const features = new ColumnTransformer({
    transformers: [
      ["numbers", numbers, { kinds: ["numeric", "tensor"] }],
      ["categories", categories, { kinds: ["categorical"] }],
    ],
  });
  return new Pipeline({
    steps: [
      ["features", features],
      ["model", new LogisticRegression()],
    ],
  });
}

function withText(seed: number): AnyEstimator {
  const words = new Pipeline({
    steps: [
      ["tfidf", new TfidfVectorizer({ analyzer: "charWb", ngramRange: [2, 4], minDf: 3, sublinearTf: true })],
      ["svd", new TruncatedSVD({ nComponents: 32, seed })],
    ],
  });
  return new ColumnTransformer({
    transformers: [
      ["tabular", new Passthrough(), { kinds: tabularKinds }],
      ["text", words, { kinds: ["text"] }],
    ],
  });
}
