"""Golden folds of the splitters, from scikit-learn. Run as `python make_splits.py`; writes splits.json next to it."""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
)
from sklearn.neighbors import NearestCentroid

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def folds(splitter, n, y=None, groups=None):
    x = np.zeros((n, 1))
    return [{"train": a.tolist(), "test": b.tolist()} for a, b in splitter.split(x, y, groups)]


names = np.array(["red", "green", "blue"])
n = 53
rare = (rng.random(n) < 0.15).astype(int)
three = names[rng.choice(3, n, p=[0.6, 0.3, 0.1])]
groups = rng.integers(0, 13, n)
words = np.array(list("qwertyuiop"))[rng.integers(0, 10, n)]

x = rng.normal(size=(n, 2)).round(3) + (three == "red")[:, None] - 0.5 * (three == "blue")[:, None]
nearest = cross_validate(
    NearestCentroid(),
    x,
    three,
    scoring=["accuracy", "f1_macro", "balanced_accuracy"],
    cv=5,
    return_train_score=True,
)
mean = cross_validate(DummyRegressor(), x, x[:, 0], scoring=["r2", "neg_mean_absolute_error"], cv=4)

path = Path(__file__).with_name("splits.json")
path.write_text(
    json.dumps(
        {
            "sklearn": sklearn.__version__,
            "x": x.T.tolist(),
            "nearestMean": {
                "accuracy": nearest["test_accuracy"].tolist(),
                "f1Macro": nearest["test_f1_macro"].tolist(),
                "balancedAccuracy": nearest["test_balanced_accuracy"].tolist(),
                "trainAccuracy": nearest["train_accuracy"].tolist(),
                "predicted": cross_val_predict(NearestCentroid(), x, three, cv=5).tolist(),
            },
            "mean": {
                "r2": mean["test_r2"].tolist(),
                "negMeanAbsoluteError": mean["test_neg_mean_absolute_error"].tolist(),
            },
            "rows": n,
            "rare": rare.tolist(),
            "three": three.tolist(),
            "groups": groups.tolist(),
            "words": words.tolist(),
            "kFold": [{"nSplits": k, "splits": folds(KFold(k), n)} for k in (2, 5, 7)],
            "stratifiedRare": [
                {"nSplits": k, "splits": folds(StratifiedKFold(k), n, rare)} for k in (2, 5, 8)
            ],
            "stratifiedThree": [
                {"nSplits": k, "splits": folds(StratifiedKFold(k), n, three)} for k in (3, 5, 10)
            ],
            "groupNumbers": [{"nSplits": k, "splits": folds(GroupKFold(k), n, None, groups)} for k in (2, 5, 13)],
            "groupWords": [{"nSplits": k, "splits": folds(GroupKFold(k), n, None, words)} for k in (3, 5)],
            "leaveOneGroupOut": folds(LeaveOneGroupOut(), n, None, words),
            "stratifiedGroup": [
                {"nSplits": k, "splits": folds(StratifiedGroupKFold(k), n, three, groups)} for k in (2, 3, 5)
            ],
            "timeSeries": [
                {"params": ours, "splits": folds(TimeSeriesSplit(**theirs), n)}
                for ours, theirs in (
                    ({"nSplits": 5}, {"n_splits": 5}),
                    ({"nSplits": 4, "gap": 3}, {"n_splits": 4, "gap": 3}),
                    ({"nSplits": 3, "testSize": 6, "gap": 2}, {"n_splits": 3, "test_size": 6, "gap": 2}),
                    ({"nSplits": 6, "maxTrainSize": 11}, {"n_splits": 6, "max_train_size": 11}),
                    (
                        {"nSplits": 2, "testSize": 10, "maxTrainSize": 20, "gap": 1},
                        {"n_splits": 2, "test_size": 10, "max_train_size": 20, "gap": 1},
                    ),
                )
            ],
        }
    )
    + "\n"
)
