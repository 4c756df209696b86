"""scikit-learn's tasks."""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge

from bench_data import THREADS, single_rows, timed, timed_calls


def booster(params, categorical=None):
    return HistGradientBoostingClassifier(
        max_iter=params["trees"],
        max_leaf_nodes=params["leaves"],
        learning_rate=params["learningRate"],
        max_bins=params["bins"],
        min_samples_leaf=params["minSamplesLeaf"],
        early_stopping=False,
        categorical_features=categorical or None,
    )


def probabilities(model, x):
    """Of two classes those of the second, of several all."""
    both = model.predict_proba(x)
    return both[:, 1] if both.shape[1] == 2 else both


def as_it_is(data, params):
    return data


def fitted(make, outputs=probabilities):
    """A task that times the fit, and is judged by the test rows."""
    return (
        as_it_is,
        lambda data, params: timed(lambda: make(data, params).fit(data.x, data.y)),
        lambda data, model, params: outputs(model, data.test),
    )


def load_model(data, params):
    return booster(params).fit(data.x, data.y), data.test, single_rows(data.test)


def isolate(data, params):
    def both():
        forest = IsolationForest(n_estimators=params["trees"], n_jobs=THREADS, random_state=0)
        return forest.fit(data.x).score_samples(data.x)

    return timed(both)


def clusters(data, params):
    k = params["clusters"]
    return KMeans(k, init=data.x[:k].copy(), n_init=1, max_iter=params["iterations"], tol=params["tol"])


def forest(kind):
    return fitted(lambda data, params: kind(n_estimators=params["trees"], n_jobs=THREADS, random_state=0))


TASKS = {
    "boost": fitted(lambda data, params: booster(params, data.categorical)),
    "random-forest": forest(RandomForestClassifier),
    "extra-trees": forest(ExtraTreesClassifier),
    "isolation-forest": (as_it_is, isolate, lambda data, scores, params: -scores),
    "one-row": (
        load_model,
        lambda state, params: timed_calls(params["calls"], state[2], state[0].predict_proba),
        lambda state, _, params: probabilities(state[0], state[1]),
    ),
    "batch": (
        load_model,
        lambda state, params: timed(lambda: state[0].predict_proba(state[1])),
        lambda state, both, params: both[:, 1],
    ),
    "logistic-regression": fitted(lambda data, params: LogisticRegression(max_iter=1000)),
    "ridge": fitted(lambda data, params: Ridge(alpha=params["alpha"]), lambda model, x: model.predict(x)),
    "k-means": (
        as_it_is,
        lambda data, params: timed(lambda: clusters(data, params).fit(data.x)),
        lambda data, model, params: float(model.inertia_),
    ),
    "pca": (
        as_it_is,
        lambda data, params: timed(lambda: PCA(params["components"]).fit(data.x)),
        lambda data, model, params: float(np.sum(model.explained_variance_ratio_)),
    ),
}
