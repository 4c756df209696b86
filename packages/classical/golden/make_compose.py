"""Pipeline, ColumnTransformer and FeatureUnion of scikit-learn on one table of mixed columns with missing values; run as
`python make_compose.py`. The unseen rows have missing values, a category and words that fit did not see."""

import json
import pathlib

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

rng = np.random.default_rng(17)
words = ["rent", "gift", "lunch", "taxi", "Café", "refund", "salary", "fee"]


def notes(n, vocabulary):
    return [" ".join(rng.choice(vocabulary, rng.integers(0, 4))) for _ in range(n)]


def holes(values, share):
    return np.where(rng.random(len(values)) < share, np.nan, values)


def some_missing(values, share):
    return [None if gone else str(value) for value, gone in zip(values, rng.random(len(values)) < share)]


def table(n, channels, countries, vocabulary):
    return {
        "amount": holes(np.round(rng.exponential(40, n), 2), 0.15),
        "balance": holes(np.round(rng.normal(900, 300, n), 1), 0.1),
        "age": holes(rng.integers(18, 80, n).astype(float), 0.1),
        "tenure": np.round(rng.uniform(0, 20, n), 3),
        "channel": some_missing(rng.choice(channels, n), 0),
        "country": some_missing(rng.choice(countries, n), 0.15),
        "note": notes(n, vocabulary),
    }


train = table(70, ["web", "shop", "phone"], ["NL", "DE", "FR"], words)
unseen = table(15, ["web", "shop", "fax"], ["NL", "DE", "US"], [*words, "yacht"])
filled = [np.nan_to_num(train[name], nan=50) for name in ("amount", "age")]
score = filled[0] / 30 + np.array([len(note) for note in train["note"]]) / 10 + rng.normal(size=70)
label = np.where(score > 3, "high", np.where(score > 1.5, "middle", "low"))
price = 3 * filled[0] - filled[1] + 20 * (np.array(train["channel"]) == "web") + rng.normal(size=70)


def frame(columns):
    data = pd.DataFrame(columns)
    for name in ("channel", "country"):
        data[name] = np.array([np.nan if value is None else value for value in columns[name]], dtype=object)
    return data


def dense(x):
    return x.toarray() if hasattr(x, "toarray") else np.asarray(x)


def names(model):
    """As ours are called: a dot after the transformer, and `missing` for the category of missing values."""
    return [name.replace("__", ".", 1).replace("_nan", "_missing") for name in model.get_feature_names_out()]


def result(model, columns, target):
    x, new = frame(train)[columns], frame(unseen)[columns]
    model.fit(x, target)
    before = model[:-1]
    out = {
        "names": names(before),
        "train": dense(before.transform(x))[:5].tolist(),
        "unseen": dense(before.transform(new)).tolist(),
        "predicted": model.predict(new).tolist(),
    }
    if hasattr(model, "predict_proba"):
        out["probability"] = model.predict_proba(new).tolist()
    return out


def columns():
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    categories = OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [
            ("numbers", numbers, ["amount", "balance"]),
            ("categories", categories, ["channel", "country"]),
            ("text", TfidfVectorizer(analyzer="char", ngram_range=(2, 3)), "note"),
        ],
        # Dense, since Ridge of sparse rows is only as near as its conjugate gradients go.
        sparse_threshold=0,
    )


def union():
    return FeatureUnion([("scale", StandardScaler()), ("axes", PCA(n_components=2))])


mixed = ["amount", "balance", "age", "channel", "country", "note"]
numeric = ["amount", "balance", "age", "tenure"]
logistic = LogisticRegression(C=0.7, solver="newton-cholesky", tol=1e-12)
imputed = [("impute", SimpleImputer().set_output(transform="pandas")), ("union", union())]


def plain(values):
    return [None if isinstance(value, float) and np.isnan(value) else value for value in values]


parts = {"train": train, "unseen": unseen}
golden = {
    "data": {name: {key: plain(list(column)) for key, column in part.items()} for name, part in parts.items()},
    "label": label.tolist(),
    "price": price.tolist(),
    "classifier": result(Pipeline([("columns", columns()), ("model", logistic)]), mixed, label),
    "regressor": result(Pipeline([("columns", columns()), ("model", Ridge(alpha=0.5))]), mixed, price),
    "union": result(Pipeline([*imputed, ("model", Ridge(alpha=2))]), numeric, price),
}
path = pathlib.Path(__file__).with_name("compose.json")
path.write_text(json.dumps(golden, separators=(",", ":"), ensure_ascii=False) + "\n")
