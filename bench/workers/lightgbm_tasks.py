"""LightGBM's tasks."""

import lightgbm
import numpy as np

from bench_data import THREADS, single_rows, timed, timed_calls


def train(data, params):
    several = data.classes > 2
    options = {
        "objective": "multiclass" if several else "binary",
        "num_leaves": params["leaves"],
        "learning_rate": params["learningRate"],
        "max_bin": params["bins"],
        "min_data_in_leaf": params["minSamplesLeaf"],
        "num_threads": THREADS,
        "verbose": -1,
    }
    if several:
        options["num_class"] = data.classes
    rows = lightgbm.Dataset(data.x, data.y, categorical_feature=data.categorical)
    return lightgbm.train(options, rows, params["trees"])


def load_model(data, params):
    return train(data, params), data.test, single_rows(data.test)


def additivity_error(model, test, parts):
    return float(np.max(np.abs(parts.sum(axis=1) - model.predict(test, raw_score=True))))


def explain(state, params):
    model, test, _ = state
    seconds, parts = timed(lambda: model.predict(test, pred_contrib=True))
    return {"": seconds[""] / len(test)}, parts


TASKS = {
    "boost": (
        lambda data, params: data,
        lambda data, params: timed(lambda: train(data, params)),
        lambda data, model, params: model.predict(data.test),
    ),
    "one-row": (
        load_model,
        lambda state, params: timed_calls(params["calls"], state[2], state[0].predict),
        lambda state, _, params: state[0].predict(state[1]),
    ),
    "batch": (
        load_model,
        lambda state, params: timed(lambda: state[0].predict(state[1])),
        lambda state, predicted, params: predicted,
    ),
    "shap": (load_model, explain, lambda state, parts, params: additivity_error(state[0], state[1], parts)),
}
