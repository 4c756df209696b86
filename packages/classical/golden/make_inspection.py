"""Golden values of partial dependence and permutation importance, from scikit-learn.

The models are formulas, so that both sides predict the same. Permutations differ: of importances the mean and spread over
many repeats are kept.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import get_scorer

rng = np.random.default_rng(17)
rows = 120
a = np.round(rng.normal(size=rows), 4)
b = np.round(rng.normal(size=rows) * 2) / 2
colour = rng.choice(["red", "green", "blue"], size=rows, p=[0.5, 0.3, 0.2])
weights = np.round(rng.exponential(size=rows), 3)
lift = {"red": 1.0, "green": -0.5, "blue": 0.25}
x = pd.DataFrame({"a": a, "b": b, "colour": colour})


def signal(x):
    a, b = x["a"].to_numpy(float), x["b"].to_numpy(float)
    c = np.array([lift[name] for name in x["colour"]])
    return a + 0.5 * a * b * c + c + 0.1 * b * b


class Formula(RegressorMixin, BaseEstimator):
    def fit(self):
        self.fitted_ = True
        return self

    def predict(self, x):
        return signal(x)


class Sides(ClassifierMixin, BaseEstimator):
    def __init__(self, classes=2):
        self.classes = classes

    def fit(self):
        self.classes_ = np.arange(self.classes)
        return self

    def predict_proba(self, x):
        raw = np.stack([np.zeros(len(x)), signal(x), -0.5 * signal(x) + 0.2][: self.classes], axis=1)
        power = np.exp(raw)
        return power / power.sum(1, keepdims=True)

    def predict(self, x):
        return self.predict_proba(x).argmax(1)


models = {"regression": Formula().fit(), "two classes": Sides(2).fit(), "three classes": Sides(3).fit()}
cases = []
for model, features, options in [
    ("regression", ["a"], {}),
    ("regression", ["a"], {"gridResolution": 7, "percentiles": [0.1, 0.8]}),
    ("regression", ["b"], {}),
    ("regression", ["colour"], {}),
    ("regression", ["a", "b"], {"gridResolution": 5}),
    ("regression", ["a", "colour"], {"gridResolution": 4}),
    ("two classes", ["a"], {"gridResolution": 6}),
    ("two classes", ["a"], {"gridResolution": 6, "weighted": True}),
    ("three classes", ["b", "colour"], {}),
]:
    theirs = {"grid_resolution": options.get("gridResolution", 100), "percentiles": tuple(options.get("percentiles", [0.05, 0.95]))}
    if options.get("weighted"):
        theirs["sample_weight"] = weights
    found = partial_dependence(models[model], x, features, categorical_features=["colour"], kind="both", method="brute", **theirs)
    cases.append({
        "model": model, "features": features, "options": options, "grid": [list(axis) for axis in found["grid_values"]],
        "average": np.asarray(found["average"], dtype=float).reshape(found["average"].shape[0], -1).tolist(),
        "individual": np.asarray(found["individual"], dtype=float)[:, :5].reshape(found["individual"].shape[0], 5, -1).tolist(),
    })

noisy = signal(x) + 0.3 * rng.normal(size=rows)
importances = []
for model, y, scoring, theirs, weighted in [
    ("regression", noisy, "r2", "r2", False),
    ("regression", noisy, "negMeanAbsoluteError", "neg_mean_absolute_error", True),
    ("two classes", (noisy > 0).astype(int), "accuracy", "accuracy", False),
    ("two classes", (noisy > 0).astype(int), "negLogLoss", "neg_log_loss", False),
]:
    weight = weights if weighted else None
    found = permutation_importance(models[model], x, y, scoring=theirs, n_repeats=400, random_state=0, sample_weight=weight)
    deviation = np.abs(found.importances - found.importances_mean[:, None])
    scorer = get_scorer(theirs)
    baseline = scorer(models[model], x, y, sample_weight=weight) if weighted else scorer(models[model], x, y)
    importances.append({
        "model": model, "scoring": scoring, "weighted": weighted, "y": y.tolist(), "baseline": baseline,
        "mean": found.importances_mean.tolist(), "sd": found.importances_std.tolist(),
        "kurtosis": ((deviation**4).mean(1) / (deviation**2).mean(1) ** 2).tolist(),
    })

out = {"a": a.tolist(), "b": b.tolist(), "colour": colour.tolist(), "weights": weights.tolist(), "cases": cases, "importances": importances}
Path(__file__).with_name("inspection.json").write_text(json.dumps(out, default=float) + "\n")
