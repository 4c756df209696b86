import { hybrid, keepKinds, type Rung } from "@strata-ml/bridge";
import {
  DecisionTreeClassifier,
  DummyClassifier,
  HistGradientBoostingClassifier,
  LogisticRegression,
  Pipeline,
  RandomForestClassifier,
  StandardScaler,
} from "@strata-ml/classical";
import type { AnyEstimator } from "@strata-ml/core";
import { NeuralClassifier } from "@strata-ml/deep";

const scaled = (model: AnyEstimator): AnyEstimator =>
  new Pipeline({
    steps: [
      ["scale", new StandardScaler()],
      ["model", model],
    ],
  });

/** The boosting of the reference figures: 100 trees of depth 3, learning rate 0.1. */
const boosting = (seed: number): AnyEstimator =>
  new HistGradientBoostingClassifier({
    maxIter: 100,
    learningRate: 0.1,
    maxDepth: 3,
    earlyStopping: false,
    seed,
  });

/** The models of the handbook's baseline, in its order. */
export function handbookRungs(seed: number): Rung[] {
  return [
    { name: "logistic regression", estimator: scaled(new LogisticRegression()) },
    { name: "decision tree, depth 2", estimator: scaled(new DecisionTreeClassifier({ maxDepth: 2, seed })) },
    { name: "decision tree, unlimited", estimator: scaled(new DecisionTreeClassifier({ seed })) },
    { name: "random forest", estimator: scaled(new RandomForestClassifier({ seed })) },
    { name: "boosting", estimator: scaled(boosting(seed)) },
  ];
}

/** The ladder on features computed from raw transactions: networks see customer and terminal histories too. */
export function handbookRawRungs(seed: number): Rung[] {
  const tabular = keepKinds(["numeric"]);
  const network = new NeuralClassifier({ seed, epochs: 6 });
  const onTable = (model: AnyEstimator): AnyEstimator =>
    new Pipeline({
      steps: [
        ["tabular", tabular],
        ["model", scaled(model)],
      ],
    });
  return [
    { name: "dummy", estimator: new DummyClassifier() },
    { name: "logistic regression", estimator: onTable(new LogisticRegression()) },
    { name: "boosting", estimator: onTable(boosting(seed)) },
    { name: "hybrid", estimator: hybrid({ network, tabular, head: boosting(seed), seed }) },
    { name: "deep", estimator: network },
  ];
}
