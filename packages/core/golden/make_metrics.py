"""Golden values of the metrics, from scikit-learn. Run as `python make_metrics.py`; writes metrics.json next to it."""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(20240611)


def plain(value):
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if value == float("inf"):
        return "Infinity"
    return value


def weights_of(n, zeros=True):
    w = rng.gamma(2.0, 1.0, n).round(3)
    if zeros:
        w[rng.random(n) < 0.1] = 0.0
    return w


def ranking(name, y, s):
    """Binary ranking metrics, unweighted and weighted."""
    out = {"name": name, "truth": y, "scores": s, "runs": []}
    for w in (None, weights_of(len(y))):
        fpr, tpr, roc_t = m.roc_curve(y, s, sample_weight=w)
        fpr_all, tpr_all, roc_t_all = m.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
        p, r, t = m.precision_recall_curve(y, s, sample_weight=w)
        p_drop, r_drop, t_drop = m.precision_recall_curve(y, s, sample_weight=w, drop_intermediate=True)
        out["runs"].append(
            {
                "weights": w,
                "rocAuc": m.roc_auc_score(y, s, sample_weight=w),
                "averagePrecision": m.average_precision_score(y, s, sample_weight=w),
                "roc": [fpr, tpr, roc_t],
                "rocAll": [fpr_all, tpr_all, roc_t_all],
                "pr": [p, r, t],
                "prDropped": [p_drop, r_drop, t_drop],
            }
        )
    return out


def multiclass_ranking():
    n, k = 70, 4
    y = rng.integers(0, k, n)
    logits = rng.normal(size=(n, k)).round(1)
    logits[np.arange(n), y] += 0.8
    p = np.exp(logits)
    p /= p.sum(1, keepdims=True)
    w = weights_of(n)
    out = {"truth": y, "proba": p, "weights": w}
    for average in ("macro", "weighted"):
        out[f"ovr_{average}"] = m.roc_auc_score(y, p, multi_class="ovr", average=average)
        out[f"ovr_{average}_weighted"] = m.roc_auc_score(
            y, p, multi_class="ovr", average=average, sample_weight=w
        )
        out[f"ovo_{average}"] = m.roc_auc_score(y, p, multi_class="ovo", average=average)
    return out


def labels_case(name, y, g):
    out = {"name": name, "truth": y, "predicted": g, "runs": []}
    classes = sorted(set(y) | set(g))
    for w in (None, weights_of(len(y))):
        run = {
            "weights": w,
            "labels": classes,
            "confusion": m.confusion_matrix(y, g, sample_weight=w),
            "accuracy": m.accuracy_score(y, g, sample_weight=w),
            "balancedAccuracy": m.balanced_accuracy_score(y, g, sample_weight=w),
            "balancedAccuracyAdjusted": m.balanced_accuracy_score(y, g, sample_weight=w, adjusted=True),
            "matthews": m.matthews_corrcoef(y, g, sample_weight=w),
            "adjustedRand": m.adjusted_rand_score(y, g) if w is None else None,
        }
        for normalize, ours in (("true", "true"), ("pred", "predicted"), ("all", "all")):
            run[f"confusion_{ours}"] = m.confusion_matrix(y, g, sample_weight=w, normalize=normalize)
        run["scores"] = []
        averages = ["micro", "macro", "weighted"] + (["binary"] if len(classes) == 2 else [])
        for average in averages:
            for zero in (0, 1):
                args = {"average": average, "sample_weight": w, "zero_division": zero}
                if average == "binary":
                    args["pos_label"] = classes[1]
                values = [
                    m.precision_score(y, g, **args),
                    m.recall_score(y, g, **args),
                    m.f1_score(y, g, **args),
                    m.fbeta_score(y, g, beta=2, **args),
                    m.fbeta_score(y, g, beta=0.5, **args),
                ]
                run["scores"].append({"average": average, "zeroDivision": zero, "values": values})
        out["runs"].append(run)
    return out


def binary_probabilities():
    n = 50
    p = rng.beta(0.6, 0.9, n).round(2)
    y = (rng.random(n) < p).astype(int)
    p[:2] = [0.0, 1.0]
    y[:2] = [1, 0]
    out = {"truth": y, "proba": p, "runs": []}
    for w in (None, weights_of(n)):
        out["runs"].append(
            {
                "weights": w,
                "logLoss": m.log_loss(y, y_proba=p, sample_weight=w),
                "brier": m.brier_score_loss(y, p, sample_weight=w),
                "brierFull": m.brier_score_loss(y, p, sample_weight=w, scale_by_half=False),
            }
        )
    return out


def multiclass_probabilities():
    n, k = 40, 3
    names = np.array(["ant", "bee", "cat"])
    p = rng.dirichlet(np.ones(k), n)
    y = names[[rng.choice(k, p=row) for row in p]]
    out = {"truth": y, "proba": p, "classes": names, "runs": []}
    for w in (None, weights_of(n)):
        out["runs"].append(
            {
                "weights": w,
                "logLoss": m.log_loss(y, y_proba=p, sample_weight=w),
                "brier": m.brier_score_loss(y, p, sample_weight=w),
                "brierHalf": m.brier_score_loss(y, p, sample_weight=w, scale_by_half=True),
            }
        )
    return out


def calibration():
    n = 200
    p = rng.beta(0.5, 1.5, n).round(2)
    y = (rng.random(n) < p**1.3).astype(int)
    out = {"truth": y, "proba": p, "runs": []}
    for strategy in ("uniform", "quantile"):
        for bins in (3, 5, 10):
            true, predicted = calibration_curve(y, p, n_bins=bins, strategy=strategy)
            out["runs"].append({"strategy": strategy, "nBins": bins, "probTrue": true, "probPredicted": predicted})
    return out


def regression(name, y, g):
    out = {"name": name, "truth": y, "predicted": g, "runs": []}
    for w in (None, weights_of(len(y)), np.ones(len(y)), rng.integers(0, 4, len(y)).astype(float)):
        out["runs"].append(
            {
                "weights": w,
                "r2": m.r2_score(y, g, sample_weight=w),
                "mae": m.mean_absolute_error(y, g, sample_weight=w),
                "mse": m.mean_squared_error(y, g, sample_weight=w),
                "rmse": m.root_mean_squared_error(y, g, sample_weight=w),
                "medae": m.median_absolute_error(y, g, sample_weight=w),
            }
        )
    return out


def precision_at_k(y, s):
    """The mean over every order of the ties, by counting: what remains of k is drawn from the tied rows."""
    order = np.argsort(-s, kind="stable")
    y, s = y[order], s[order]
    out = {"truth": y, "scores": s, "runs": []}
    for k in (1, 3, 10, 17, len(y)):
        cut = s[k - 1]
        above, tied = s > cut, s == cut
        hits = y[above].sum() + (k - above.sum()) * y[tied].mean()
        out["runs"].append({"k": k, "precision": hits / k, "recall": hits / y.sum()})
    return out


n = 60
y = (rng.random(n) < 0.35).astype(int)
many = (rng.random(1500) < 0.05).astype(int)
names = np.array(["no", "yes"])
cases = {
    "sklearn": sklearn.__version__,
    "ranking": [
        ranking("distinct scores", y, rng.normal(size=n) + y),
        ranking("many ties", y, (rng.normal(size=n) + y).round(0)),
        ranking("all tied", y, np.zeros(n)),
        ranking("perfect", y, y * 2.0 - 1.0),
        ranking("signed zeros", y, np.where(rng.random(n) < 0.5, -0.0, 0.0) + (rng.random(n) < 0.2) * (y - 0.5)),
    ],
    "large": {
        "truth": many,
        "scores": (s := (rng.normal(size=1500) * 3 + many).round(2)),
        "rocAuc": m.roc_auc_score(many, s),
        "averagePrecision": m.average_precision_score(many, s),
    },
    "multiclassRanking": multiclass_ranking(),
    "labels": [
        labels_case("binary", y.tolist(), np.where(rng.random(n) < 0.3, 1 - y, y).tolist()),
        labels_case("strings", names[y].tolist(), names[np.where(rng.random(n) < 0.4, 1 - y, y)].tolist()),
        labels_case("four classes", (t := rng.integers(0, 4, n)).tolist(), np.where(rng.random(n) < 0.5, t, rng.integers(0, 5, n)).tolist()),
        labels_case("nothing predicted", y.tolist(), np.zeros(n, int).tolist()),
    ],
    "binaryProbabilities": binary_probabilities(),
    "multiclassProbabilities": multiclass_probabilities(),
    "calibration": calibration(),
    "regression": [
        regression("ordinary", (t := rng.normal(size=31).round(3)), (t + rng.normal(size=31)).round(3)),
        regression("even", (t := rng.normal(size=30).round(1)), (t + rng.normal(size=30)).round(1)),
        regression("constant", np.full(8, 2.5), rng.normal(size=8).round(2)),
        regression("constant and exact", np.full(8, 2.5), np.full(8, 2.5)),
    ],
    "topK": precision_at_k(y, (rng.normal(size=n) + y).round(1)),
}

path = Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(plain(cases)) + "\n")
