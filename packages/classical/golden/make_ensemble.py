"""Golden values of the forests, from scikit-learn.

Draws differ, so single forests can't be compared: what is kept is the mean and spread, over seeds, of the loss on test
rows (log loss, or squared error), of the feature importances, and of the out-of-bag score. Features are multiples of
1/32, which float32 and float64 both hold exactly.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import log_loss

warnings.simplefilter("ignore")
rng = np.random.default_rng(31)
rows, features = 300, 5
x = np.round(rng.normal(size=(2 * rows, features)) * 32) / 32
signal = x[:, 0] + np.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3]
y = np.digitize(signal + 0.5 * rng.normal(size=2 * rows), [-0.7, 0.6])
weights = np.round(rng.exponential(size=rows), 3)
target = np.round(signal + 0.5 * rng.normal(size=2 * rows), 4)
binary = (y > 0).astype(int)
holes = np.where(rng.uniform(size=x.shape) < 0.15, np.nan, x)

names = {
    "maxFeatures": "max_features", "minSamplesLeaf": "min_samples_leaf", "classWeight": "class_weight",
    "maxDepth": "max_depth", "maxSamples": "max_samples", "oobScore": "oob_score", "maxLeafNodes": "max_leaf_nodes",
    "minImpurityDecrease": "min_impurity_decrease", "minWeightFractionLeaf": "min_weight_fraction_leaf",
}


def theirs(ours):
    return {names.get(name, name): "balanced_subsample" if value == "balancedSubsample" else value for name, value in ours.items()}


def class_loss(model, data, truth):
    """Log loss on the test rows, of probabilities kept off 0 and 1."""
    proba = np.clip(model.predict_proba(data[rows:]), 0.002, 0.998)
    return log_loss(truth[rows:], proba / proba.sum(1, keepdims=True))


def squared_loss(model, data, truth):
    return np.mean((model.predict(data[rows:]) - truth[rows:]) ** 2)


def spread(values):
    return {"mean": np.mean(values, 0).tolist(), "sd": np.std(values, 0, ddof=1).tolist()}


def cases_of(forest, loss, settings):
    cases = []
    for name, ours, more in settings:
        data = holes if more.get("holes") else x
        truth = {"y": y, "binary": binary, "target": target}[more.get("truth", "y" if loss is class_loss else "target")]
        losses, importances, oob = [], [], []
        for seed in range(60):
            model = forest(n_estimators=60, random_state=seed, **theirs(ours))
            model.fit(data[:rows], truth[:rows], weights if more.get("weighted") else None)
            losses.append(loss(model, data, truth))
            importances.append(model.feature_importances_)
            if ours.get("oobScore"):
                oob.append(model.oob_score_)
        case = {"name": name, "params": ours, "weighted": False, "holes": False, "truth": "y", **more}
        case |= {"loss": spread(losses), "importances": spread(importances)}
        if oob:
            case["oob"] = spread(oob)
        cases.append(case)
    return cases


class_settings = [
    ("defaults", {}, {}),
    ("weighted", {}, {"weighted": True}),
    ("log2, leaves of 5", {"maxFeatures": "log2", "minSamplesLeaf": 5}, {}),
    ("balanced, entropy", {"classWeight": "balanced", "criterion": "entropy"}, {}),
    ("two classes, all features", {"maxFeatures": None}, {"truth": "binary"}),
    ("two classes, entropy", {"criterion": "entropy"}, {"truth": "binary"}),
    ("at most 12 leaves", {"maxLeafNodes": 12}, {}),
    ("least decrease", {"minImpurityDecrease": 0.004, "minWeightFractionLeaf": 0.01}, {}),
]
forest_settings = [
    ("no bootstrap", {"bootstrap": False, "maxDepth": 6}, {}),
    ("balanced in each tree", {"classWeight": "balancedSubsample"}, {}),
    ("out of bag, samples of 100", {"oobScore": True, "maxSamples": 100}, {}),
    ("missing values", {}, {"holes": True}),
]
target_settings = [
    ("defaults", {}, {}),
    ("weighted", {}, {"weighted": True}),
    ("two features, leaves of 3", {"maxFeatures": 2, "minSamplesLeaf": 3}, {}),
    ("at most 12 leaves", {"maxLeafNodes": 12}, {}),
]
target_forest_settings = [
    ("no bootstrap, half the features", {"bootstrap": False, "maxFeatures": 0.5}, {}),
    ("out of bag", {"oobScore": True}, {}),
    ("missing values", {"maxFeatures": 2}, {"holes": True}),
]

out = {
    "x": x.tolist(), "holes": [[None if np.isnan(value) else value for value in row] for row in holes.tolist()],
    "y": y.tolist(), "binary": binary.tolist(), "target": target.tolist(), "weights": weights.tolist(),
    "rows": rows, "trees": 60,
    "forests": {
        "RandomForestClassifier": cases_of(RandomForestClassifier, class_loss, class_settings + forest_settings),
        "ExtraTreesClassifier": cases_of(ExtraTreesClassifier, class_loss, class_settings + [
            ("with bootstrap", {"bootstrap": True, "maxSamples": 200, "oobScore": True}, {}),
        ]),
        "RandomForestRegressor": cases_of(RandomForestRegressor, squared_loss, target_settings + target_forest_settings),
        "ExtraTreesRegressor": cases_of(ExtraTreesRegressor, squared_loss, target_settings + [
            ("with bootstrap", {"bootstrap": True, "oobScore": True}, {}),
        ]),
    },
}
Path(__file__).with_name("ensemble.json").write_text(json.dumps(out) + "\n")
