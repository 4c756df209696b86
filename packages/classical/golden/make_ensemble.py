"""Golden values of the random forest, from scikit-learn.

Draws differ, so single forests can't be compared: what is kept is the mean and spread, over seeds, of the log loss on
test rows and of the feature importances. Features are multiples of 1/32, which float32 and float64 both hold exactly.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss

rng = np.random.default_rng(31)
rows, features = 300, 5
x = np.round(rng.normal(size=(2 * rows, features)) * 32) / 32
signal = x[:, 0] + np.sin(2 * x[:, 1]) - 0.5 * x[:, 2] * x[:, 3]
y = np.digitize(signal + 0.5 * rng.normal(size=2 * rows), [-0.7, 0.6])
weights = np.round(rng.exponential(size=rows), 3)



def loss(model):
    """Log loss on the test rows, of probabilities kept off 0 and 1."""
    proba = np.clip(model.predict_proba(x[rows:]), 0.002, 0.998)
    return log_loss(y[rows:], proba / proba.sum(1, keepdims=True))


cases = []
for name, ours, theirs, weighted in [
    ("defaults", {}, {}, False),
    ("weighted", {}, {}, True),
    ("log2, leaves of 5", {"maxFeatures": "log2", "minSamplesLeaf": 5}, {"max_features": "log2", "min_samples_leaf": 5}, False),
    ("balanced, entropy", {"classWeight": "balanced", "criterion": "entropy"}, {"class_weight": "balanced", "criterion": "entropy"}, False),
    ("no bootstrap", {"bootstrap": False, "maxDepth": 6}, {"bootstrap": False, "max_depth": 6}, False),
]:
    losses, importances = [], []
    for seed in range(60):
        model = RandomForestClassifier(n_estimators=60, random_state=seed, **theirs)
        model.fit(x[:rows], y[:rows], weights if weighted else None)
        losses.append(loss(model))
        importances.append(model.feature_importances_)
    cases.append({
        "name": name, "params": ours, "weighted": weighted,
        "loss": {"mean": np.mean(losses), "sd": np.std(losses, ddof=1)},
        "importances": {"mean": np.mean(importances, 0).tolist(), "sd": np.std(importances, 0, ddof=1).tolist()},
    })

out = {
    "x": x[:rows].tolist(), "y": y[:rows].tolist(), "weights": weights.tolist(),
    "test": x[rows:].tolist(), "truth": y[rows:].tolist(), "trees": 60, "cases": cases,
}
Path(__file__).with_name("ensemble.json").write_text(json.dumps(out) + "\n")
