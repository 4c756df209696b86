"""Golden values of TreeSHAP, from LightGBM's own pred_contrib: its trees as arrays, rows, and what it says of them."""

import json
from pathlib import Path

import lightgbm as lgb
import numpy as np

rng = np.random.default_rng(5)
rows = 600
x = np.round(rng.normal(size=(rows, 5)) * 64) / 64
x[:, 4] = rng.integers(0, 12, size=rows)
x[rng.random(size=x.shape) < 0.1] = np.nan
signal = np.nan_to_num(x[:, 0]) + np.sin(2 * np.nan_to_num(x[:, 1])) * np.nan_to_num(x[:, 2])
signal += np.isin(x[:, 4], [1, 4, 7, 11]) - 0.5 * np.isnan(x[:, 3])


def arrays(tree):
    """One tree of the dump as flat arrays, children after their parent; a leaf has feature -1."""
    nodes = {name: [] for name in ["feature", "threshold", "left", "right", "missingLeft", "cover", "value", "categories"]}

    def add(node):
        at = len(nodes["feature"])
        is_leaf = "split_feature" not in node
        is_set = not is_leaf and node["decision_type"] == "=="
        assert is_leaf or node["missing_type"] == "NaN", "every column must have missing values"
        nodes["feature"].append(-1 if is_leaf else node["split_feature"])
        nodes["threshold"].append(0 if is_leaf or is_set else node["threshold"])
        nodes["missingLeft"].append(0 if is_leaf or is_set else int(node["default_left"]))
        nodes["cover"].append(node["leaf_count"] if is_leaf else node["internal_count"])
        nodes["value"].append(node["leaf_value"] if is_leaf else 0)
        nodes["categories"].append([int(c) for c in node["threshold"].split("||")] if is_set else None)
        nodes["left"].append(-1)
        nodes["right"].append(-1)
        if not is_leaf:
            nodes["left"][at] = add(node["left_child"])
            nodes["right"][at] = add(node["right_child"])
        return at

    add(tree["tree_structure"])
    return nodes


cases = []
for name, y, params in [
    ("regression", signal + 0.2 * rng.normal(size=rows), {"objective": "regression"}),
    ("binary", (signal + 0.5 * rng.normal(size=rows) > 0.3).astype(int), {"objective": "binary"}),
    ("three classes", np.digitize(signal + 0.3 * rng.normal(size=rows), [-0.5, 0.8]), {"objective": "multiclass", "num_class": 3}),
]:
    data = lgb.Dataset(x, y, categorical_feature=[4], free_raw_data=False)
    settings = {"num_leaves": 12, "min_data_in_leaf": 5, "learning_rate": 0.2, "verbose": -1, "seed": 1,
                "cat_smooth": 1, "min_data_per_group": 5, "max_cat_to_onehot": 1, "num_threads": 1}
    model = lgb.train({**settings, **params}, data, num_boost_round=6)
    classes = params.get("num_class", 1)
    contributions = model.predict(x[:30], pred_contrib=True).reshape(30, classes, 6)
    cases.append({
        "name": name, "outputs": classes, "trees": [arrays(tree) for tree in model.dump_model()["tree_info"]],
        "values": contributions[:, :, :5].transpose(1, 0, 2).tolist(), "base": contributions[0, :, 5].tolist(),
    })

shown = [[None if np.isnan(v) else v for v in row] for row in x[:30].tolist()]
Path(__file__).with_name("tree_shap.json").write_text(json.dumps({"x": shown, "cases": cases}) + "\n")
