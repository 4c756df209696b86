"""Golden values of histogram boosting, from scikit-learn.

Features have fewer distinct values than bins, so thresholds are midpoints on both sides; gradients are float32 on both.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.binning import _find_binning_thresholds

rng = np.random.default_rng(11)
rows, features = 400, 4


def draw(count):
    return np.round(rng.normal(size=(count, features)) * 16) / 16


def plain(values):
    """Nested lists with null for NaN, which JSON can't hold."""
    if isinstance(values, (list, np.ndarray)):
        return [plain(value) for value in values]
    value = values.item() if hasattr(values, "item") else values
    return None if isinstance(value, float) and np.isnan(value) else value


def with_holes(x):
    holes = x.copy()
    holes[rng.random(size=x.shape) < 0.15] = np.nan
    holes[:, 3] = x[:, 3]  # one feature misses nothing in fit
    return holes


x, test = draw(rows), draw(60)
group = rng.integers(0, 9, size=rows)  # a category
holes = with_holes(x)
test_group = rng.integers(0, 10, size=60)  # 9 is unknown in fit
test[rng.random(size=test.shape) < 0.1] = np.nan
effect = rng.normal(size=10)
signal = x[:, 0] + np.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3] + effect[group]
noisy = signal + 0.5 * rng.normal(size=rows)
targets = {
    "binary": (noisy > 0.3).astype(int),
    "classes": np.digitize(noisy, [-0.7, 0.6]),
    "number": np.round(noisy, 4),
    "counts": rng.poisson(np.exp(0.5 * signal)),
}
weights = np.round(rng.exponential(size=rows), 3) + 0.01


def case(name, target, params, ours, data="x", weighted=False, categorical=False, ties=False):
    kind = HistGradientBoostingClassifier if target in ("binary", "classes") else HistGradientBoostingRegressor
    fitted, unseen = {"x": x, "holes": holes}[data], test
    if categorical:
        fitted, unseen = np.column_stack([fitted, group]), np.column_stack([unseen, test_group])
        params = {**params, "categorical_features": [features]}
    model = kind(early_stopping=False, random_state=0, **params)
    model.fit(fitted, targets[target], weights if weighted else None)
    predict = model.predict_proba if target in ("binary", "classes") else model.predict
    if not categorical and not ties:
        # Of equally good splits both take the first feature and the lowest bin, unless rounding tells them apart.
        turned = kind(early_stopping=False, random_state=0, **params)
        turned.fit(fitted[:, ::-1], targets[target], weights if weighted else None)
        again = turned.predict_proba if target in ("binary", "classes") else turned.predict
        assert np.allclose(again(unseen[:, ::-1]), predict(unseen), atol=1e-7), f"{name}: best splits are not unique"
    trees = [tree for trees in model._predictors for tree in trees]
    first = trees[0].nodes  # scikit-learn moves categorical features to the front
    return {
        "name": name,
        "target": target,
        "data": data,
        "weighted": weighted,
        "categorical": categorical,
        "params": ours,
        "baseline": plain(np.ravel(model._baseline_prediction)),
        "leaves": [int(tree.get_n_leaf_nodes()) for tree in trees],
        "splits": sorted(
            [int(node["feature_idx"]) - categorical, float(node["num_threshold"])]
            for node in first
            if not node["is_leaf"] and not node["is_categorical"] and np.isfinite(node["num_threshold"])
        ),
        "trainPrediction": plain(predict(fitted[:60])),
        "prediction": plain(predict(unseen)),
    }


few = {"max_iter": 12}
wide = np.round(rng.normal(size=700), 3)
wide_weights = np.round(rng.exponential(size=700), 3)
wide_weights[::9] = 0
golden = {
    "x": plain(x),
    "holes": plain(holes),
    "group": plain(group),
    "test": plain(test),
    "testGroup": plain(test_group),
    "targets": {name: plain(values) for name, values in targets.items()},
    "weights": plain(weights),
    "cases": [
        case("binary, 6 leaves", "binary", {"max_leaf_nodes": 6, "max_iter": 6}, {"maxLeafNodes": 6, "maxIter": 6}),
        case("binary, weights, l2", "binary", {"l2_regularization": 2.5, **few}, {"l2Regularization": 2.5, "maxIter": 12}, weighted=True),
        case("binary, missing values", "binary", few, {"maxIter": 12}, data="holes", weighted=True),
        case("binary, balanced", "binary", {"class_weight": "balanced", "max_leaf_nodes": 6, "max_iter": 6}, {"classWeight": "balanced", "maxLeafNodes": 6, "maxIter": 6}),
        case("binary, depth 3, rate 0.3", "binary", {"max_depth": 3, "learning_rate": 0.3, **few}, {"maxDepth": 3, "learningRate": 0.3, "maxIter": 12}),
        case("binary, category, missing values", "binary", few, {"maxIter": 12}, data="holes", weighted=True, categorical=True),
        case("three classes, 5 leaves", "classes", {"max_leaf_nodes": 5, **few}, {"maxLeafNodes": 5, "maxIter": 12}),
        case("three classes, weights, missing values", "classes", {"min_samples_leaf": 8, "max_iter": 6}, {"minSamplesLeaf": 8, "maxIter": 6}, data="holes", weighted=True),
        case("squared error", "number", few, {"maxIter": 12}),
        case("squared error, unlimited leaves", "number", {"max_leaf_nodes": None, "min_samples_leaf": 5, **few}, {"maxLeafNodes": None, "minSamplesLeaf": 5, "maxIter": 12}),
        case("squared error, weights, category", "number", few, {"maxIter": 12}, weighted=True, categorical=True),
        case("absolute error, missing values", "number", {"loss": "absolute_error", **few}, {"loss": "absoluteError", "maxIter": 12}, data="holes", weighted=True),
        case("absolute error, weights", "number", {"loss": "absolute_error", **few}, {"loss": "absoluteError", "maxIter": 12}, weighted=True),
        case("poisson", "counts", {"loss": "poisson", **few}, {"loss": "poisson", "maxIter": 12}),
    ],
    "bins": {
        "values": plain(wide),
        "weights": plain(wide_weights),
        "thresholds": plain(_find_binning_thresholds(wide, 32)),
        "weighted": plain(_find_binning_thresholds(wide, 32, wide_weights)),
    },
}
Path(__file__).with_name("boosting.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
