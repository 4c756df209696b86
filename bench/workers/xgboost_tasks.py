"""XGBoost's tasks, on histograms and leaf by leaf as the others."""

import numpy as np
import xgboost

from bench_data import THREADS, single_rows, timed, timed_calls


def table(data, x, y=None):
    if not data.categorical:
        return xgboost.DMatrix(x, y, nthread=THREADS)
    kinds = ["c" if j in data.categorical else "float" for j in range(x.shape[1])]
    return xgboost.DMatrix(x, y, feature_types=kinds, enable_categorical=True, nthread=THREADS)


def train(data, params):
    several = data.classes > 2
    options = {
        "objective": "multi:softprob" if several else "binary:logistic",
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": params["leaves"],
        "eta": params["learningRate"],
        "max_bin": params["bins"],
        "nthread": THREADS,
        "verbosity": 0,
    }
    if several:
        options["num_class"] = data.classes
    return xgboost.train(options, table(data, data.x, data.y), params["trees"])


def load_model(data, params):
    return train(data, params), data, single_rows(data.test)


def explain(state, params):
    model, data, _ = state
    seconds, parts = timed(lambda: model.predict(table(data, data.test), pred_contribs=True))
    return {"": seconds[""] / len(data.test)}, parts


def additivity_error(state, parts, params):
    model, data, _ = state
    raw = model.predict(table(data, data.test), output_margin=True)
    return float(np.max(np.abs(parts.sum(axis=1) - raw)))


TASKS = {
    "boost": (
        lambda data, params: data,
        lambda data, params: timed(lambda: train(data, params)),
        lambda data, model, params: model.predict(table(data, data.test)),
    ),
    "one-row": (
        load_model,
        lambda state, params: timed_calls(params["calls"], state[2], state[0].inplace_predict),
        lambda state, _, params: state[0].predict(table(state[1], state[1].test)),
    ),
    "batch": (
        load_model,
        lambda state, params: timed(lambda: state[0].inplace_predict(state[1].test)),
        lambda state, predicted, params: predicted,
    ),
    "shap": (load_model, explain, additivity_error),
}
