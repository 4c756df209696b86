"""Reference values of scikit-learn's linear models. Run: python make_linear.py

Logistic regression is solved by newton-cholesky, which brings the gradient of the same objective to 1e-13;
scikit-learn's lbfgs stops at a relative change of 64 eps, up to 1e-5 away in the coefficients.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

warnings.simplefilter("ignore", FutureWarning)
rng = np.random.default_rng(20240501)


def plain(a):
    return np.asarray(a).tolist()


def softmax_labels(scores):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return np.array([rng.choice(len(row), p=row) for row in p])


# Features of unequal scale and offset, one of them nearly collinear with another.
n = 150
X = rng.normal(size=(n, 5)) * [1, 2, 0.5, 10, 1] + [0, 1, 0, -5, 3]
X[:, 4] = X[:, 0] + 0.1 * X[:, 4]
X = np.round(X, 4)
B = rng.normal(size=(5, 4)) / np.array([1, 2, 0.5, 10, 1])[:, None]
y4 = softmax_labels(0.8 * X @ B + [0.5, 0, -1, 0.2])
y2 = (y4 > 1).astype(int)
weights = np.round(rng.uniform(0, 3, size=n), 3)
weights[::13] = 0

density = rng.random((120, 40)) < 0.12
S = np.round(density * rng.exponential(size=(120, 40)), 3)
ys = (S @ rng.normal(size=40) + 0.3 * rng.normal(size=120) > 0.3).astype(int)
ys3 = softmax_labels(S @ rng.normal(size=(40, 3)))


def logistic(name, data, X, target, y, weighted=False, **params):
    C = np.inf if params.get("penalty", "l2") is None else params.get("C", 1.0)
    model = LogisticRegression(
        C=C,
        fit_intercept=params.get("fitIntercept", True),
        class_weight=params.get("classWeight"),
        solver="newton-cholesky",
        tol=1e-13,
        max_iter=10_000,
    )
    model.fit(X, y, sample_weight=weights[: len(y)] if weighted else None)
    return {
        "name": name,
        "data": data,
        "target": target,
        "weighted": weighted,
        "params": {k: ({str(l): w for l, w in v.items()} if isinstance(v, dict) else v) for k, v in params.items()},
        "coef": plain(model.coef_),
        "intercept": plain(model.intercept_),
        "probabilities": plain(model.predict_proba(X)[:12]),
        "decisions": plain(model.decision_function(X)[:12].reshape(12, -1)),
        "labels": plain(model.predict(X)),
    }


sparse = sp.csr_matrix(S)
logistic_cases = [
    logistic("binary", "dense", X, "y2", y2),
    logistic("binary, strong penalty", "dense", X, "y2", y2, C=0.01),
    logistic("binary, weak penalty", "dense", X, "y2", y2, C=100.0),
    logistic("binary, no penalty", "dense", X, "y2", y2, penalty=None),
    logistic("binary, no intercept", "dense", X, "y2", y2, fitIntercept=False),
    logistic("binary, weights", "dense", X, "y2", y2, weighted=True),
    logistic("binary, balanced", "dense", X, "y2", y2, classWeight="balanced"),
    logistic("binary, balanced with weights", "dense", X, "y2", y2, weighted=True, classWeight="balanced"),
    logistic("binary, class weights", "dense", X, "y2", y2, classWeight={0: 0.5, 1: 4.0}),
    logistic("multinomial", "dense", X, "y4", y4),
    logistic("multinomial, strong penalty", "dense", X, "y4", y4, C=0.01),
    logistic("multinomial, no penalty", "dense", X, "y4", y4, penalty=None),
    logistic("multinomial, no intercept", "dense", X, "y4", y4, fitIntercept=False),
    logistic("multinomial, weights and balanced", "dense", X, "y4", y4, weighted=True, classWeight="balanced"),
    logistic("sparse binary", "sparse", sparse, "ys", ys, C=10.0),
    logistic("sparse binary, no intercept", "sparse", sparse, "ys", ys, fitIntercept=False),
    logistic("sparse multinomial, weights", "sparse", sparse, "ys3", ys3, weighted=True),
]

y = np.round(X @ [1.5, -2, 0.3, 0.05, 1] + 4 + rng.normal(size=n), 4)
yS = np.round(S @ rng.normal(size=40) + rng.normal(size=120), 4)
# Rank 3 of 5 columns, one of them constant.
D = np.c_[X[:, :3], X[:, 0] + X[:, 1], np.full(n, 7.0)]
wide = np.round(rng.normal(size=(12, 30)), 4)
yW = np.round(rng.normal(size=12), 4)
# Means 1e6 times the spread: the normal equations lose all digits, orthogonal factors do not.
far = np.round(rng.normal(size=(60, 3)) + [1e6, -3e5, 10], 3)
yF = np.round((far - [1e6, -3e5, 10]) @ [1, 2, 3] + 0.1 * rng.normal(size=60), 4)


def least_squares(name, kind, data, X, target, y, weighted=False, **params):
    intercept = params.get("fitIntercept", True)
    # tol: at its default of 1e-6 scikit-learn drops small but real singular values.
    model = Ridge(alpha=params["alpha"], fit_intercept=intercept, solver=("sparse_cg" if sp.issparse(X) else "svd"), tol=1e-14, max_iter=10_000) if kind == "ridge" else LinearRegression(fit_intercept=intercept, tol=1e-14)
    model.fit(X, y, sample_weight=weights[: len(y)] if weighted else None)
    return {
        "name": name,
        "kind": kind,
        "data": data,
        "target": target,
        "weighted": weighted,
        "params": params,
        "coef": plain(model.coef_),
        "intercept": float(model.intercept_),
        "predictions": plain(model.predict(X)[:12]),
    }


least_squares_cases = [
    least_squares("ridge", "ridge", "dense", X, "y", y, alpha=1.0),
    least_squares("ridge, weak", "ridge", "dense", X, "y", y, alpha=1e-6),
    least_squares("ridge, strong", "ridge", "dense", X, "y", y, alpha=1000.0),
    least_squares("ridge, no intercept", "ridge", "dense", X, "y", y, alpha=2.0, fitIntercept=False),
    least_squares("ridge, weights", "ridge", "dense", X, "y", y, weighted=True, alpha=0.5),
    least_squares("ridge, collinear", "ridge", "deficient", D, "y", y, alpha=0.1),
    least_squares("ridge, wide", "ridge", "wide", wide, "yW", yW, alpha=0.3),
    least_squares("ridge, far from zero", "ridge", "far", far, "yF", yF, alpha=0.7),
    least_squares("ridge, sparse", "ridge", "sparse", sparse, "yS", yS, alpha=1.0),
    least_squares("ridge, sparse with weights", "ridge", "sparse", sparse, "yS", yS, weighted=True, alpha=0.2),
    least_squares("ridge, sparse without intercept", "ridge", "sparse", sparse, "yS", yS, alpha=1.0, fitIntercept=False),
    least_squares("ols", "ols", "dense", X, "y", y),
    least_squares("ols, no intercept", "ols", "dense", X, "y", y, fitIntercept=False),
    least_squares("ols, weights", "ols", "dense", X, "y", y, weighted=True),
    least_squares("ols, rank deficient", "ols", "deficient", D, "y", y),
    least_squares("ols, rank deficient with weights", "ols", "deficient", D, "y", y, weighted=True),
    least_squares("ols, rank deficient without intercept", "ols", "deficient", D, "y", y, fitIntercept=False),
    least_squares("ols, wide", "ols", "wide", wide, "yW", yW),
    least_squares("ols, far from zero", "ols", "far", far, "yF", yF),
    least_squares("ols, sparse", "ols", "sparse", S, "yS", yS),
]

out = {
    "sklearn": sklearn.__version__,
    "features": {"dense": plain(X), "sparse": plain(S), "deficient": plain(D), "wide": plain(wide), "far": plain(far)},
    "targets": {"y2": plain(y2), "y4": plain(y4), "ys": plain(ys), "ys3": plain(ys3), "y": plain(y), "yS": plain(yS), "yW": plain(yW), "yF": plain(yF)},
    "weights": plain(weights),
    "logistic": logistic_cases,
    "leastSquares": least_squares_cases,
}

pathlib.Path(__file__).with_name("linear.json").write_text(json.dumps(out) + "\n")
