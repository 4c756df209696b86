"""Reference values of scikit-learn's dummy estimators. Run: python make_dummy.py"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.dummy import DummyClassifier, DummyRegressor

rng = np.random.default_rng(11)
n = 40
X = np.zeros((n, 1))
labels = rng.choice(3, size=n, p=[0.2, 0.5, 0.3])
y = np.round(rng.normal(size=n), 4)
weights = np.round(rng.uniform(0, 2, size=n), 3)
weights[::5] = 0
# With weights another class leads.
weights[labels == 2] *= 4


def plain(a):
    return np.asarray(a).tolist()


def classifier(strategy, ours, weighted, **kw):
    model = DummyClassifier(strategy=strategy, random_state=0, **kw).fit(X, labels, sample_weight=weights if weighted else None)
    return {
        "params": {"strategy": ours, **kw},
        "weighted": weighted,
        "prior": plain(model.class_prior_),
        "probabilities": None if strategy == "stratified" else plain(model.predict_proba(X[:1])[0]),
        "prediction": None if strategy in ("stratified", "uniform") else int(model.predict(X[:1])[0]),
    }


def regressor(strategy, weighted, **kw):
    model = DummyRegressor(strategy=strategy, **kw).fit(X, y, sample_weight=weights if weighted else None)
    return {"params": {"strategy": strategy, **kw}, "weighted": weighted, "value": float(model.predict(X[:1])[0])}


out = {
    "sklearn": sklearn.__version__,
    "labels": plain(labels),
    "y": plain(y),
    "weights": plain(weights),
    "classifier": [
        classifier(strategy, ours, weighted, **kw)
        for weighted in (False, True)
        for strategy, ours, kw in [
            ("prior", "prior", {}),
            ("most_frequent", "mostFrequent", {}),
            ("stratified", "stratified", {}),
            ("uniform", "uniform", {}),
            ("constant", "constant", {"constant": 0}),
        ]
    ],
    "regressor": [
        regressor(strategy, weighted, **kw)
        for weighted in (False, True)
        for strategy, kw in [
            ("mean", {}),
            ("median", {}),
            ("constant", {"constant": -3.5}),
            *[("quantile", {"quantile": q}) for q in (0.0, 0.1, 0.33, 0.5, 0.9, 1.0)],
        ]
    ],
}
pathlib.Path(__file__).with_name("dummy.json").write_text(json.dumps(out) + "\n")
