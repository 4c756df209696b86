"""The tasks of the package shap: its own C++ over LightGBM's trees."""

import numpy as np
import shap

from bench_data import timed
from lightgbm_tasks import train


def load_model(data, params):
    model = train(data, params)
    # shap wants to know what the trees are for.
    model.params["objective"] = "binary"
    explainer = shap.TreeExplainer(model)
    # For LightGBM's models it would only ask LightGBM.
    explainer.model.model_type = "internal"
    return model, data.test, explainer


def explain(state, params):
    _, test, explainer = state
    seconds, parts = timed(lambda: explainer.shap_values(test, check_additivity=False))
    return {"": seconds[""] / len(test)}, parts


def additivity_error(state, parts, params):
    model, test, explainer = state
    parts = parts[-1] if isinstance(parts, list) else parts
    expected = np.ravel(explainer.expected_value)[-1]
    return float(np.max(np.abs(parts.sum(axis=1) + expected - model.predict(test, raw_score=True))))


TASKS = {"shap": (load_model, explain, additivity_error)}
