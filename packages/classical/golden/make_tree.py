"""Golden values of the decision trees, from scikit-learn.

scikit-learn draws among equally good splits, so every case is checked to grow the same tree from ten seeds.
Features are multiples of 1/32, which float32 (scikit-learn's) and float64 (ours) both hold exactly.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

rng = np.random.default_rng(25)
rows, features = 400, 4
x = np.round(rng.normal(size=(rows, features)) * 32) / 32
signal = x[:, 0] + np.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3]
classes = np.digitize(signal + 0.3 * rng.normal(size=rows), [-0.7, 0.6])
target = np.round(signal + 0.2 * rng.normal(size=rows), 4)
weights = np.round(rng.exponential(size=rows), 3)
weights[::17] = 0
holes = x.copy()
holes[rng.random(size=x.shape) < 0.15] = np.nan
test = np.round(rng.normal(size=(40, features)) * 32) / 32
test[rng.random(size=test.shape) < 0.1] = np.nan


def plain(values):
    """Nested lists with null for NaN and 'inf' for infinity, which JSON can't hold."""
    if isinstance(values, np.ndarray):
        return [plain(value) for value in values]
    value = values.item() if hasattr(values, "item") else values
    if isinstance(value, float) and np.isnan(value):
        return None
    return "inf" if value == np.inf else value


def arrays(tree):
    inner = tree.children_left >= 0
    return {
        "feature": plain(np.where(inner, tree.feature, -1)),
        "threshold": plain(np.where(inner, tree.threshold, 0.0)),
        "left": plain(tree.children_left),
        "right": plain(tree.children_right),
        "missingLeft": plain(np.where(inner, tree.missing_go_to_left, 0)),
        "value": plain(tree.value.reshape(tree.node_count, -1)),
        "impurity": plain(tree.impurity),
        "weight": plain(tree.weighted_n_node_samples),
        "count": plain(tree.n_node_samples),
    }


def case(name, kind, data, weighted, params, ours):
    labels = classes if kind is DecisionTreeClassifier else target
    sample_weight = weights if weighted else None
    models = [kind(random_state=seed, **params).fit(data, labels, sample_weight) for seed in range(10)]
    for other in models[1:]:
        for field in ("feature", "threshold", "left", "right"):
            same = arrays(other.tree_)[field] == arrays(models[0].tree_)[field]
            assert same, f"{name}: the best splits are not unique ({field})"
    model = models[0]
    predict = model.predict_proba if kind is DecisionTreeClassifier else model.predict
    return {
        "name": name,
        "data": "holes" if data is holes else "x",
        "weighted": weighted,
        "params": ours,
        "tree": arrays(model.tree_),
        "depth": int(model.get_depth()),
        "leaves": int(model.get_n_leaves()),
        "importances": plain(model.feature_importances_),
        "prediction": plain(predict(test)),
        "leaf": plain(model.apply(test)),
    }


c, r = DecisionTreeClassifier, DecisionTreeRegressor
small = {"min_samples_leaf": 15}
golden = {
    "x": plain(x),
    "holes": plain(holes),
    "classes": plain(classes),
    "target": plain(target),
    "weights": plain(weights),
    "test": plain(test),
    "classifiers": [
        case("gini", c, x, False, small, {"minSamplesLeaf": 15}),
        case("depth 3", c, x, False, {"max_depth": 3}, {"maxDepth": 3}),
        case("entropy, weights", c, x, True, {"criterion": "entropy", **small}, {"criterion": "entropy", "minSamplesLeaf": 15}),
        case("balanced", c, x, False, {"class_weight": "balanced", **small}, {"classWeight": "balanced", "minSamplesLeaf": 15}),
        case("best first", c, x, False, {"max_leaf_nodes": 9, **small}, {"maxLeafNodes": 9, "minSamplesLeaf": 15}),
        case("least decrease", c, x, True, {"min_impurity_decrease": 0.02, **small}, {"minImpurityDecrease": 0.02, "minSamplesLeaf": 15}),
        case("least weight", c, x, True, {"min_weight_fraction_leaf": 0.06}, {"minWeightFractionLeaf": 0.06}),
        case("missing values", c, holes, False, small, {"minSamplesLeaf": 15}),
    ],
    "regressors": [
        case("squared error", r, x, False, small, {"minSamplesLeaf": 15}),
        case("split of 30", r, x, False, {"min_samples_split": 30, "min_samples_leaf": 3}, {"minSamplesSplit": 30, "minSamplesLeaf": 3}),
        case("weights", r, x, True, small, {"minSamplesLeaf": 15}),
        case("best first", r, x, False, {"max_leaf_nodes": 12, **small}, {"maxLeafNodes": 12, "minSamplesLeaf": 15}),
        case("least decrease", r, x, False, {"min_impurity_decrease": 0.01, **small}, {"minImpurityDecrease": 0.01, "minSamplesLeaf": 15}),
        case("missing values, weights", r, holes, True, small, {"minSamplesLeaf": 15}),
    ],
}
Path(__file__).with_name("tree.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
