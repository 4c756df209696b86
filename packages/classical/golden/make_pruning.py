"""Golden values of cost-complexity pruning, from scikit-learn.

The data and the draws are those of make_tree.py's and make_ensemble.py's kind: features are multiples of 1/32, and every
tree is checked to be the same from ten seeds, since scikit-learn draws among equally good splits.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

rng = np.random.default_rng(77)
rows, features = 300, 4
x = np.round(rng.normal(size=(rows, features)) * 32) / 32
signal = x[:, 0] + np.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3]
classes = np.digitize(signal + 0.3 * rng.normal(size=rows), [-0.7, 0.6])
target = np.round(signal + 0.2 * rng.normal(size=rows), 4)
weights = np.round(rng.exponential(size=rows), 3) + 0.001
test = np.round(rng.normal(size=(40, features)) * 32) / 32
names = {"minSamplesLeaf": "min_samples_leaf", "maxLeafNodes": "max_leaf_nodes", "maxDepth": "max_depth"}


def case(name, kind, weighted, ours):
    labels = classes if "Classifier" in kind.__name__ else target
    sample_weight = weights if weighted else None
    params = {names.get(key, key): value for key, value in ours.items()}
    paths = [kind(random_state=seed, **params).cost_complexity_pruning_path(x, labels, sample_weight) for seed in range(10)]
    for other in paths[1:]:
        assert np.allclose(other.ccp_alphas, paths[0].ccp_alphas, rtol=1e-9), f"{name}: the best splits are not unique"
    path = paths[0]
    trees = [kind(random_state=seed, **params).fit(x, labels, sample_weight).tree_ for seed in range(10)]
    assert all(np.array_equal(tree.feature, trees[0].feature) for tree in trees), f"{name}: equally good features"
    # Midway between two steps, so that rounding decides nothing.
    steps = np.unique(path.ccp_alphas)
    pruned = []
    for share in (0.3, 0.7, 0.9, 1):
        at = min(int(share * len(steps)), len(steps) - 1)
        alpha = steps[at] + 0.01 if at == len(steps) - 1 else (steps[at] + steps[at + 1]) / 2
        model = kind(random_state=0, ccp_alpha=alpha, **params).fit(x, labels, sample_weight)
        forest = {DecisionTreeClassifier: RandomForestClassifier, DecisionTreeRegressor: RandomForestRegressor}[kind]
        one = forest(1, bootstrap=False, max_features=None, random_state=0, ccp_alpha=alpha, **params)
        assert one.fit(x, labels, sample_weight).estimators_[0].tree_.node_count == model.tree_.node_count
        predict = model.predict_proba if kind is DecisionTreeClassifier else model.predict
        pruned.append({
            "ccpAlpha": float(alpha), "nodes": int(model.tree_.node_count), "leaves": int(model.get_n_leaves()),
            "feature": np.where(model.tree_.children_left >= 0, model.tree_.feature, -1).tolist(),
            "left": model.tree_.children_left.tolist(), "right": model.tree_.children_right.tolist(),
            "prediction": predict(test).tolist(), "leaf": model.apply(test).tolist(),
            "importances": model.feature_importances_.tolist(),
        })
    return {
        "name": name, "weighted": weighted, "params": ours,
        "path": {"ccpAlphas": path.ccp_alphas.tolist(), "impurities": path.impurities.tolist()}, "pruned": pruned,
    }


c, r = DecisionTreeClassifier, DecisionTreeRegressor
out = {
    "x": x.tolist(), "classes": classes.tolist(), "target": target.tolist(), "weights": weights.tolist(), "test": test.tolist(),
    "classifiers": [
        case("gini", c, False, {"minSamplesLeaf": 6}),
        case("entropy, weights", c, True, {"criterion": "entropy", "minSamplesLeaf": 12}),
        case("best first", c, False, {"maxLeafNodes": 14, "minSamplesLeaf": 6}),
    ],
    "regressors": [
        case("squared error", r, False, {"minSamplesLeaf": 7}),
        case("weights", r, True, {"minSamplesLeaf": 6}),
        case("best first", r, False, {"maxLeafNodes": 20, "minSamplesLeaf": 4}),
    ],
}
Path(__file__).with_name("pruning.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
