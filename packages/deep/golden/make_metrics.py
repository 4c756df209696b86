"""Golden values of streaming metrics from Keras 3, after each of three batches with sample weights.

Run as `python make_metrics.py`; writes metrics.json next to it.
"""

import json
from pathlib import Path

import numpy as np
from record import keras

rng = np.random.default_rng(11)
m = keras.metrics
sizes = [13, 7, 20]


def batches(draw):
    """Scores, targets and weights of each batch; some weights are 0, one batch has none."""
    out = []
    for i, rows in enumerate(sizes):
        scores, targets = draw(rows)
        weights = None if i == 1 else rng.integers(0, 4, rows) / 2
        out.append((scores.astype(np.float32), targets.astype(np.float32), weights))
    return out


def binary(rows):
    scores = np.clip(np.round(rng.normal(0.45, 0.3, (rows, 1)), 2), 0, 1)
    return scores, (rng.uniform(size=(rows, 1)) < 0.2 + 0.6 * scores) * 1


def softmax(z):
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


def categorical(rows):
    codes = rng.integers(0, 4, rows)
    onehot = np.eye(4)[codes]
    return softmax(rng.normal(size=(rows, 4)) + 1.2 * onehot), onehot


def labels(rows):
    targets = (rng.uniform(size=(rows, 3)) < [0.2, 0.5, 0.7]) * 1
    return 1 / (1 + np.exp(-rng.normal(size=(rows, 3)) - targets)), targets


def numbers(rows):
    targets = rng.normal(size=(rows, 2)) * [1, 5] + [0, 3]
    return targets + 0.7 * rng.normal(size=(rows, 2)), targets


data = {name: batches(draw) for name, draw in
        dict(binary=binary, categorical=categorical, multiLabel=labels, regression=numbers).items()}



cases = [
    ("binary", "auc", m.AUC()),
    ("binary", {"name": "auc", "numThresholds": 11}, m.AUC(11)),
    ("binary", {"name": "auc", "numThresholds": 101, "summationMethod": "minoring"}, m.AUC(101, summation_method="minoring")),
    ("binary", {"name": "auc", "numThresholds": 2}, m.AUC(2)),
    ("binary", "prAuc", m.AUC(curve="PR")),
    ("binary", {"name": "prAuc", "summationMethod": "majoring"}, m.AUC(curve="PR", summation_method="majoring")),
    ("binary", {"name": "prAuc", "summationMethod": "minoring"}, m.AUC(curve="PR", summation_method="minoring")),
    ("binary", "precision", m.Precision()),
    ("binary", {"name": "recall", "threshold": 0.3}, m.Recall(0.3)),
    ("binary", {"name": "f1", "threshold": 0.4}, m.F1Score("micro", 0.4)),
    ("binary", {"name": "recallAtPrecision", "precision": 0.7}, m.RecallAtPrecision(0.7)),
    ("binary", {"name": "recallAtPrecision", "precision": 1}, m.RecallAtPrecision(1)),
    ("binary", {"name": "precisionAtRecall", "recall": 0.6}, m.PrecisionAtRecall(0.6)),
    ("binary", {"name": "precisionAtRecall", "recall": 0.6, "numThresholds": 101}, m.PrecisionAtRecall(0.6, 101)),
    ("binary", {"name": "sensitivityAtSpecificity", "specificity": 0.5}, m.SensitivityAtSpecificity(0.5)),
    ("binary", {"name": "sensitivityAtSpecificity", "specificity": 0, "numThresholds": 2}, m.SensitivityAtSpecificity(0, 2)),
    ("binary", {"name": "specificityAtSensitivity", "sensitivity": 0.8}, m.SpecificityAtSensitivity(0.8)),
    ("binary", "accuracy", m.BinaryAccuracy()),
    ("binary", {"name": "accuracy", "threshold": 0.41}, m.BinaryAccuracy(threshold=0.41)),
    ("binary", "logLoss", m.BinaryCrossentropy()),
    ("binary", "meanSquaredError", m.MeanSquaredError()),
    ("categorical", "auc", m.AUC()),
    ("categorical", {"name": "auc", "multiLabel": True}, m.AUC(multi_label=True)),
    ("categorical", {"name": "precision", "classId": 2}, m.Precision(class_id=2)),
    ("categorical", {"name": "recall", "classId": 0}, m.Recall(class_id=0)),
    ("categorical", {"name": "recallAtPrecision", "precision": 0.6, "classId": 1}, m.RecallAtPrecision(0.6, class_id=1)),
    ("categorical", "f1", m.F1Score("macro")),
    ("categorical", {"name": "f1", "average": "micro"}, m.F1Score("micro")),
    ("categorical", {"name": "f1", "average": "weighted"}, m.F1Score("weighted")),
    ("categorical", {"name": "fBeta", "beta": 2}, m.FBetaScore("macro", 2.0)),
    ("categorical", {"name": "fBeta", "beta": 0.5, "average": 3, "threshold": 0.3}, m.FBetaScore(None, 0.5, 0.3)),
    ("categorical", "accuracy", m.CategoricalAccuracy()),
    ("categorical", {"name": "topK", "k": 2}, m.TopKCategoricalAccuracy(2)),
    ("categorical", "logLoss", m.CategoricalCrossentropy()),
    ("multiLabel", {"name": "prAuc", "multiLabel": True}, m.AUC(curve="PR", multi_label=True)),
    ("multiLabel", {"name": "auc", "multiLabel": True, "numThresholds": 21}, m.AUC(21, multi_label=True)),
    ("multiLabel", "accuracy", m.BinaryAccuracy()),
    ("multiLabel", "logLoss", m.BinaryCrossentropy()),
    ("multiLabel", "f1", m.F1Score("macro", 0.5)),
    ("multiLabel", "precision", m.Precision()),
    ("regression", "meanSquaredError", m.MeanSquaredError()),
    ("regression", "meanAbsoluteError", m.MeanAbsoluteError()),
    ("regression", "rootMeanSquaredError", m.RootMeanSquaredError()),
    ("regression", "r2Score", m.R2Score()),
    ("regression", "cosineSimilarity", m.CosineSimilarity()),
]

golden = {
    "batches": {
        name: [
            {
                "scores": [float(v) for v in scores.ravel()],
                "targets": [float(v) for v in targets.ravel()],
                "weights": None if weights is None else weights.tolist(),
            }
            for scores, targets, weights in rows
        ]
        for name, rows in data.items()
    },
    "cases": [],
}
for kind, given, metric in cases:
    results = []
    for scores, targets, weights in data[kind]:
        if weights is not None and isinstance(metric, m.AUC) and not metric.multi_label or isinstance(
            metric, (m.Precision, m.Recall, m.RecallAtPrecision)
        ):
            # Those metrics pair weights with the flat scores: one a score.
            outputs = 1 if getattr(metric, "class_id", None) is not None else scores.shape[1]
            weights = None if weights is None else np.repeat(weights, outputs).reshape(-1, outputs)
        metric.update_state(targets, scores, weights)
        value = np.asarray(metric.result(), dtype=np.float64)
        results.append(float(value if value.ndim == 0 else value[given["average"]]))
    golden["cases"].append({"kind": kind, "metric": given, "results": results})
Path(__file__).with_name("metrics.json").write_text(json.dumps(golden) + "\n")
