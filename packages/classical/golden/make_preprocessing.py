"""Scalers, imputers and encoders of scikit-learn on small tables with missing values; run as `python make_preprocessing.py`."""

import json
import pathlib

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder


def plain(value):
    """Lists for JSON, with null where a value is missing."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and np.isnan(value) else value


rng = np.random.default_rng(7)
n = 60
numbers = np.column_stack(
    [
        rng.normal(50, 9, n),
        rng.integers(0, 5, n).astype(float),
        np.full(n, 0.1),
        rng.normal(1e4, 1, n),
        rng.exponential(3, n),
    ]
)
numbers[rng.random(numbers.shape) < 0.15] = np.nan
numbers[:, 2] = 0.1
weights = rng.uniform(0, 3, n)

colors = rng.choice(["red", "green", "blue", "violet", "black", None], n, p=[0.3, 0.3, 0.2, 0.05, 0.05, 0.1])
sizes = rng.choice(["S", "M"], n)
codes = rng.choice([1.0, 2.5, -3.0, 10.0, np.nan], n, p=[0.4, 0.3, 0.1, 0.1, 0.1])
text = np.column_stack([colors, sizes]).astype(object)
text[text == None] = np.nan  # noqa: E711
new_text = np.array([["red", "M"], ["pink", "S"], [np.nan, "M"], ["black", "L"]], dtype=object)
new_codes = np.array([1.0, 7.0, np.nan, -3.0])


def scaler(w=None, **params):
    model = StandardScaler(**params).fit(numbers, sample_weight=w)
    return {"transformed": plain(model.transform(numbers))}


def imputer(x, **params):
    model = SimpleImputer(**params).fit(x)
    return {"transformed": plain(model.transform(x)), "statistics": plain(model.statistics_)}


def fit_encoder(make, x, new, **params):
    model = make(**params).fit(x)
    out = {"transformed": plain(model.transform(x)), "categories": plain([list(c) for c in model.categories_])}
    if new is not None:
        out["new"] = plain(model.transform(new))
    return out


def one_hot(x, new=None, **params):
    return fit_encoder(OneHotEncoder, x, new, sparse_output=False, **params)


def ordinal(x, new=None, **params):
    return fit_encoder(OrdinalEncoder, x, new, **params)


def target_encoder(y, **params):
    model = TargetEncoder(**params).fit(text, y)
    return {
        "encodings": plain([e for e in model.encodings_]),
        "targetMean": plain(np.atleast_1d(model.target_mean_)),
        "transformed": plain(model.transform(text)),
        "new": plain(model.transform(new_text)),
    }


col = codes.reshape(-1, 1)
new_col = new_codes.reshape(-1, 1)
empty = np.column_stack([numbers[:, 0], np.full(n, np.nan)])
gaps = np.array([["a", "x"], [None, "y"], ["b", None], ["b", "x"], ["a", "y"]], dtype=object)
binary = (rng.random(n) < np.where(colors == "red", 0.8, 0.3)).astype(int)
continuous = rng.normal(0, 1, n) + np.where(sizes == "S", 2.0, 0.0)
multi = rng.choice(["lo", "mid", "hi"], n)
nan_none = {"missing_values": None}

golden = {
    "numbers": plain(numbers),
    "weights": plain(weights),
    "text": plain(text),
    "codes": plain(codes),
    "newText": plain(new_text),
    "newCodes": plain(new_codes),
    "gaps": plain(gaps),
    "scaler": {
        "default": scaler(),
        "weighted": scaler(weights),
        "no mean": scaler(with_mean=False),
        "no std": scaler(with_std=False),
    },
    "imputer": {
        "mean": imputer(numbers),
        "median": imputer(numbers, strategy="median"),
        "mostFrequent": imputer(numbers, strategy="most_frequent"),
        "constant": imputer(numbers, strategy="constant", fill_value=-1.5),
        "indicator": imputer(numbers, add_indicator=True),
        "empty dropped": imputer(empty, add_indicator=True),
        "empty kept": imputer(empty, keep_empty_features=True, strategy="median"),
        "empty constant": imputer(empty, strategy="constant", fill_value=4.0),
        "empty constant kept": imputer(empty, strategy="constant", fill_value=4.0, keep_empty_features=True),
        "categories mostFrequent": imputer(gaps, strategy="most_frequent", **nan_none),
        "categories constant": imputer(gaps, strategy="constant", **nan_none),
    },
    "oneHot": {
        "default": one_hot(text),
        "first": one_hot(text, drop="first"),
        "ifBinary": one_hot(text, drop="if_binary"),
        "ignore": one_hot(text, new_text, handle_unknown="ignore"),
        "ignore first": one_hot(text, new_text, handle_unknown="ignore", drop="first"),
        "numbers": one_hot(col, new_col, handle_unknown="ignore"),
        "given": one_hot(text, categories=[["violet", "red", "blue", "green", "black", "unseen", np.nan], ["S", "M"]]),
        "min frequency": one_hot(text, new_text, min_frequency=6, handle_unknown="infrequent_if_exist"),
        "min fraction": one_hot(text, new_text, min_frequency=0.2, handle_unknown="ignore"),
        "max categories": one_hot(text, new_text, max_categories=3, handle_unknown="infrequent_if_exist"),
        "max categories first": one_hot(text, max_categories=3, drop="first"),
        "max categories numbers": one_hot(col, new_col, max_categories=4, handle_unknown="infrequent_if_exist"),
        "min and max": one_hot(text, min_frequency=4, max_categories=4),
        "min ifBinary": one_hot(text, min_frequency=19, drop="if_binary"),
    },
    "ordinal": {
        "default": ordinal(text),
        "unknown": ordinal(text, new_text, handle_unknown="use_encoded_value", unknown_value=-1),
        "missing": ordinal(
            text, new_text, handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-1
        ),
        "numbers": ordinal(col, new_col, handle_unknown="use_encoded_value", unknown_value=np.nan),
        "given": ordinal(text, categories=[["violet", "red", "blue", "green", "black", np.nan], ["S", "M"]]),
        "min frequency": ordinal(
            text, new_text, min_frequency=6, handle_unknown="use_encoded_value", unknown_value=-1
        ),
        "max categories numbers": ordinal(
            col, new_col, max_categories=3, handle_unknown="use_encoded_value", unknown_value=-1
        ),
    },
    "targets": {"binary": plain(binary), "continuous": plain(continuous), "multi": plain(multi)},
    "target": {
        "binary auto": target_encoder(binary),
        "binary 5": target_encoder(binary, smooth=5.0),
        "binary 0": target_encoder(binary, smooth=0.0),
        "continuous auto": target_encoder(continuous),
        "continuous 2.5": target_encoder(continuous, smooth=2.5),
        "multi auto": target_encoder(multi),
        "multi 3": target_encoder(multi, smooth=3.0),
        "whole numbers as continuous": target_encoder(np.round(continuous), target_type="continuous"),
    },
}
path = pathlib.Path(__file__).with_name("preprocessing.json")
path.write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
