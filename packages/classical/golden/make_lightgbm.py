"""Golden values of histogram boosting, from LightGBM: what scikit-learn's does not have.

Features have fewer distinct values than bins, so thresholds are midpoints on both sides, and none is near 0, which
LightGBM bins apart. Of equally good cuts through a gap it takes the highest, ours the lowest: so what is compared is
how training rows are divided, by their predictions. It also leaves out features that could not split a node's parent,
and estimates rows by hessians where these vary; cases are such, or so short, that neither shows.
"""

import json
from pathlib import Path

import lightgbm
import numpy as np

rng = np.random.default_rng(17)
rows, features = 500, 4
z = np.round(rng.normal(size=(rows, features)) * 16) / 16
x = z + 8
signal = z[:, 0] + np.sin(2 * z[:, 1]) - 0.5 * z[:, 2] * z[:, 3]
weights = np.round(rng.exponential(size=rows), 3) + 0.01
targets = {
    "number": np.round(signal + 0.5 * rng.standard_t(3, size=rows), 4),
    "amounts": np.round(np.where(rng.random(rows) < 0.4, 0, rng.gamma(2, np.exp(0.5 * signal) / 2)), 4),
}
common = {
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "min_data_in_bin": 1,
    "max_bin": 255,
    "force_row_wise": True,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
    "feature_pre_filter": False,
}


def case(name, target, theirs, ours, weighted=False, rounds=12):
    data = lightgbm.Dataset(x, targets[target], weight=weights if weighted else None, params=common)
    model = lightgbm.train({**common, **theirs}, data, num_boost_round=rounds)
    return {
        "name": name,
        "target": target,
        "weighted": weighted,
        "params": {**ours, "maxIter": rounds},
        "leaves": [tree["num_leaves"] for tree in model.dump_model()["tree_info"]],
        "prediction": model.predict(x).tolist(),
    }


golden = {
    "x": x.tolist(),
    "targets": {name: values.tolist() for name, values in targets.items()},
    "weights": weights.tolist(),
    "cases": [
        case("squared error", "number", {"objective": "regression"}, {}),
        case("huber", "number", {"objective": "huber", "alpha": 0.7}, {"loss": "huber", "huberDelta": 0.7}, rounds=3),
        case("tweedie", "amounts", {"objective": "tweedie", "tweedie_variance_power": 1.3, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 8}, {"loss": "tweedie", "tweediePower": 1.3, "minSamplesLeaf": 1, "minHessianLeaf": 8}),
        case("l1 and l2", "number", {"objective": "regression", "lambda_l1": 3, "lambda_l2": 2}, {"l1Regularization": 3, "l2Regularization": 2}, rounds=2),
        case("least gain", "number", {"objective": "regression", "min_gain_to_split": 12}, {"minGain": 12}, rounds=2),
        case("least hessian", "number", {"objective": "regression", "min_sum_hessian_in_leaf": 40}, {"minHessianLeaf": 40}, weighted=True),
        case("depth 3", "number", {"objective": "regression", "max_depth": 3}, {"maxDepth": 3}),
        case("monotone", "number", {"objective": "regression", "monotone_constraints": [0, 1, 0, -1], "monotone_constraints_method": "basic"}, {"monotonicConstraints": {"f1": 1, "f3": -1}}, rounds=2),
        case("interactions", "number", {"objective": "regression", "interaction_constraints": [[0, 1], [2, 3]]}, {"interactionConstraints": [["f0", "f1"], ["f2", "f3"]]}),
    ],
}
Path(__file__).with_name("lightgbm.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
