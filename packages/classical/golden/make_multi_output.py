"""Golden values of trees and forests with several outputs, from scikit-learn.

scikit-learn draws among equally good splits, so every exact case is checked to grow the same tree from ten seeds. Of the
extremely randomised trees the mean and spread of the loss over seeds is kept. Features are multiples of 1/32, which float32
and float64 both hold exactly.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

rng = np.random.default_rng(3)
rows, features = 240, 4
x = np.round(rng.normal(size=(rows, features)) * 32) / 32
test = np.round(rng.normal(size=(40, features)) * 32) / 32
test[rng.random(size=test.shape) < 0.1] = np.nan


def signals(of):
    of = np.nan_to_num(of)
    return np.column_stack([of[:, 0] + np.sin(2 * of[:, 1]), 3 * of[:, 2] - of[:, 0] * of[:, 3], np.abs(of[:, 3])])


target = np.round(signals(x) + 0.2 * rng.normal(size=(rows, 3)), 4)
noisy = signals(x) + 0.3 * rng.normal(size=(rows, 3))
codes = np.column_stack([np.digitize(noisy[:, 0], [-0.7, 0.6]) * 5 - 5, noisy[:, 1] > 0, np.digitize(noisy[:, 2], [0.3, 0.8, 1.4]) + 2])
weights = np.round(rng.exponential(size=rows), 3)
weights[::17] = 0
holes = x.copy()
holes[rng.random(size=x.shape) < 0.15] = np.nan
names = {"minSamplesLeaf": "min_samples_leaf", "maxDepth": "max_depth", "maxLeafNodes": "max_leaf_nodes", "ccpAlpha": "ccp_alpha",
         "classWeight": "class_weight", "minImpurityDecrease": "min_impurity_decrease"}


def theirs(ours):
    return {names.get(key, key): value for key, value in ours.items()}


def value_of(tree, kind):
    """Nodes x outputs, or the class shares of one output after another's."""
    if kind is DecisionTreeRegressor:
        return tree.value[:, :, 0]
    return np.concatenate([tree.value[:, k, :count] for k, count in enumerate(tree.n_classes)], axis=1)


def fitted(kind, data, weighted, params, **more):
    labels = target if "Regressor" in kind.__name__ else codes
    return kind(**params, **more).fit(data, labels, weights if weighted else None)


def proba(model, of):
    return [one.tolist() for one in model.predict_proba(of)] if hasattr(model, "predict_proba") else None


def case(name, kind, data, weighted, ours):
    params = theirs(ours)
    models = [fitted(kind, data, weighted, params, random_state=seed) for seed in range(10)]
    tree = models[0].tree_
    for other in models[1:]:
        for field in ("feature", "threshold"):
            assert np.array_equal(getattr(other.tree_, field), getattr(tree, field)), f"{name}: not unique ({field})"
    inner = tree.children_left >= 0
    forest = {DecisionTreeClassifier: RandomForestClassifier, DecisionTreeRegressor: RandomForestRegressor}[kind]
    several = fitted(forest, data, weighted, params, n_estimators=3, bootstrap=False, max_features=None, random_state=1)
    assert np.allclose(several.predict(test), models[0].predict(test))
    return {
        "name": name, "data": "holes" if data is holes else "x", "weighted": weighted, "params": ours,
        "feature": np.where(inner, tree.feature, -1).tolist(),
        "threshold": [None if value == np.inf else value for value in np.where(inner, tree.threshold, 0.0).tolist()],
        "left": tree.children_left.tolist(), "right": tree.children_right.tolist(),
        "value": value_of(tree, kind).tolist(), "impurity": tree.impurity.tolist(),
        "weight": tree.weighted_n_node_samples.tolist(), "importances": models[0].feature_importances_.tolist(),
        "prediction": models[0].predict(test).tolist(), "forest": several.predict(test).tolist(),
        "proba": proba(models[0], test),
    }


def spread(kind, ours):
    """Squared error a row and output, or the share of wrong classes, of the test rows' noiseless targets."""
    truth = signals(test)
    classes = np.column_stack([np.digitize(truth[:, 0], [-0.7, 0.6]) * 5 - 5, truth[:, 1] > 0, np.digitize(truth[:, 2], [0.3, 0.8, 1.4]) + 2])
    losses = []
    for seed in range(60):
        model = fitted(kind, x, True, theirs(ours), n_estimators=30, random_state=seed)
        predicted = model.predict(np.nan_to_num(test))
        losses.append(np.mean((predicted - truth) ** 2) if "Regressor" in kind.__name__ else np.mean(predicted != classes))
    return {"params": {**ours, "nEstimators": 30}, "loss": {"mean": np.mean(losses), "sd": np.std(losses, ddof=1)},
            "truth": (truth if "Regressor" in kind.__name__ else classes).tolist()}


c, r = DecisionTreeClassifier, DecisionTreeRegressor
plain = lambda rows_of: [[None if np.isnan(value) else value for value in row] for row in rows_of.tolist()]
out = {
    "x": x.tolist(), "holes": plain(holes), "test": plain(test), "target": target.tolist(), "codes": codes.tolist(),
    "weights": weights.tolist(),
    "regressors": [
        case("squared error", r, x, False, {"minSamplesLeaf": 7}),
        case("weights", r, x, True, {"minSamplesLeaf": 9}),
        case("best first", r, x, False, {"maxLeafNodes": 12, "minSamplesLeaf": 5}),
        case("pruned", r, x, False, {"minSamplesLeaf": 8, "ccpAlpha": 0.02}),
        case("missing values", r, holes, False, {"minSamplesLeaf": 12}),
        case("least decrease, depth", r, x, True, {"minImpurityDecrease": 0.02, "maxDepth": 4, "minSamplesLeaf": 5}),
    ],
    "classifiers": [
        case("gini", c, x, False, {"minSamplesLeaf": 18}),
        case("entropy", c, x, False, {"criterion": "entropy", "minSamplesLeaf": 18}),
        case("gini, weights", c, x, True, {"minSamplesLeaf": 18}),
        case("entropy, weights, best first", c, x, True, {"criterion": "entropy", "maxLeafNodes": 9, "minSamplesLeaf": 16}),
        case("balanced", c, x, False, {"classWeight": "balanced", "minSamplesLeaf": 15}),
        case("missing values", c, holes, False, {"minSamplesLeaf": 15}),
    ],
    "extraRegressor": spread(ExtraTreesRegressor, {"minSamplesLeaf": 2}),
    "extraClassifier": spread(ExtraTreesClassifier, {"minSamplesLeaf": 2}),
    "extraEntropy": spread(ExtraTreesClassifier, {"criterion": "entropy"}),
    "randomRegressor": spread(RandomForestRegressor, {"minSamplesLeaf": 2}),
    "randomClassifier": spread(RandomForestClassifier, {}),
}
Path(__file__).with_name("multi_output.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
