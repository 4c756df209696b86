"""Golden values of the isolation forest, from scikit-learn.

Draws differ, so single forests can't be compared: what is kept is the mean and spread, over seeds, of the scores of some
points and of the offset. Features are multiples of 1/32, which float32 and float64 both hold exactly.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

rng = np.random.default_rng(8)
rows, seeds = 400, 80
x = np.round(rng.normal(size=(rows, 4)) * 32) / 32
x[:, 3] = rng.integers(0, 3, size=rows)
x[::25] *= 4
missing = x.copy()
missing[rng.random(size=x.shape) < 0.15] = np.nan
points = np.array([[0, 0, 0, 1], [1, -1, 0.5, 0], [2.5, 0, 0, 2], [-2, 2, -2, 1], [5, 5, 5, 2], [0, 0, 8, 0]], float)
holes = points.copy()
holes[0, 0] = holes[1, 3] = holes[4, 2] = np.nan


def spread(values):
    return {"mean": np.mean(values, 0).tolist(), "sd": np.std(values, 0, ddof=1).tolist()}


cases = []
for name, ours, theirs, has_missing in [
    ("defaults", {}, {}, False),
    ("fewer rows and features", {"maxSamples": 64, "maxFeatures": 2}, {"max_samples": 64, "max_features": 2}, False),
    ("shares", {"maxSamples": 0.3, "maxFeatures": 0.8}, {"max_samples": 0.3, "max_features": 0.8}, False),
    ("all rows", {"maxSamples": None}, {"max_samples": 1.0}, False),
    ("bootstrap", {"bootstrap": True, "maxSamples": 200}, {"bootstrap": True, "max_samples": 200}, False),
    ("missing values", {}, {}, True),
    ("contamination", {"contamination": 0.1}, {"contamination": 0.1}, False),
]:
    scores, offsets = [], []
    for seed in range(seeds):
        model = IsolationForest(n_estimators=50, random_state=seed, **theirs).fit(missing if has_missing else x)
        scores.append(model.score_samples(holes if has_missing else points))
        offsets.append(model.offset_)
    cases.append({"name": name, "params": {"nEstimators": 50, **ours}, "missing": has_missing, "scores": spread(scores), "offset": spread(offsets)})


def shown(values):
    return [[None if np.isnan(v) else v for v in row] for row in values.tolist()]


counts = [1, 2, 3, 10, 256, 100_000]
out = {
    "x": x.tolist(), "missing": shown(missing), "points": points.tolist(), "holes": shown(holes), "seeds": seeds, "cases": cases,
    "counts": counts, "pathLengths": _average_path_length(np.array(counts)).tolist(),
}
Path(__file__).with_name("isolation_forest.json").write_text(json.dumps(out) + "\n")
