"""Golden values of multilayer perceptrons from scikit-learn: loss and gradients at given weights, what they reach on data, and
where L-BFGS ends.

Run as `python make_mlp.py`; writes mlp.json next to it.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy.optimize
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")
rng = np.random.default_rng(3)


def plain(array):
    return [float(repr(float(v))) for v in np.asarray(array).ravel()]


def gradients(estimator, x, y):
    """Loss and gradients of one whole batch at seeded weights."""
    estimator.fit(x, y)
    for group in (estimator.coefs_, estimator.intercepts_):
        for k, held in enumerate(group):
            group[k] = rng.normal(size=held.shape).round(3)
    if isinstance(estimator, MLPClassifier):
        encoded = estimator._label_binarizer.transform(y).astype(float)
    else:
        encoded = y.reshape(len(y), -1)
    layers = [x, *[None] * len(estimator.coefs_)]
    count = len(estimator.coefs_)
    loss, kernels, biases = estimator._backprop(
        x, encoded, None, layers, [None] * count, [None] * count, [None] * count
    )
    return {
        "params": {
            "hiddenLayerSizes": list(estimator.hidden_layer_sizes),
            "activation": estimator.activation,
            "alpha": estimator.alpha,
        },
        "x": [plain(row) for row in x],
        "y": np.asarray(y).tolist(),
        "loss": float(loss),
        "kernels": [plain(w) for w in estimator.coefs_],
        "biases": [plain(w) for w in estimator.intercepts_],
        "kernelGradients": [plain(w) for w in kernels],
        "biasGradients": [plain(w) for w in biases],
    }


def classifier(activation, sizes, alpha):
    return MLPClassifier(sizes, activation=activation, alpha=alpha, max_iter=1, random_state=0)


x = rng.normal(size=(12, 3)).round(3)
two = (np.arange(12) % 2).tolist()
three = (np.arange(12) % 3).tolist()
labels = np.stack([np.arange(12) % 2, np.arange(12) // 6], axis=1)
number = (x[:, 0] - 2 * x[:, 1]).round(3)
cases = {
    "two classes": gradients(classifier("relu", (4,), 0.5), x, two),
    "three classes": gradients(classifier("tanh", (4, 3), 0.1), x, three),
    "two labels": gradients(classifier("logistic", (3,), 0.2), x, labels),
    "a number": gradients(
        MLPRegressor(hidden_layer_sizes=(3,), activation="identity", alpha=1.0, max_iter=1, random_state=0), x, number
    ),
}


def moons(count, seed):
    """Two half circles, noisy, and a number made of the same two features."""
    draw = np.random.default_rng(seed)
    label = draw.integers(0, 2, count)
    angle = draw.uniform(0, np.pi, count)
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points[label == 1] = np.array([1, 0.5]) - points[label == 1]
    points = (points + draw.normal(size=points.shape) * 0.25).round(3)
    height = (np.sin(2 * points[:, 0]) + points[:, 1] ** 2 + 0.1 * draw.normal(size=count)).round(3)
    return points, label, height


train, test = moons(300, 1), moons(600, 2)
solvers = {
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
    "sgd, constant": {"solver": "sgd", "learning_rate_init": 0.1},
    "sgd, invscaling": {"solver": "sgd", "learning_rate_init": 0.2, "learning_rate": "invscaling", "power_t": 0.25},
    "sgd, adaptive": {"solver": "sgd", "learning_rate_init": 0.1, "learning_rate": "adaptive"},
    "lbfgs": {"solver": "lbfgs", "alpha": 0.1},
}
quality = {}
for name, solver in solvers.items():
    accuracy, r2, epochs = [], [], []
    for seed in range(8):
        common = {"hidden_layer_sizes": (20,), "max_iter": 120, "batch_size": 50, "random_state": seed, **solver}
        model = MLPClassifier(**common).fit(train[0], train[1])
        accuracy.append(model.score(test[0], test[1]))
        epochs.append(model.n_iter_)
        r2.append(MLPRegressor(**common).fit(train[0], train[2]).score(test[0], test[2]))
    quality[name] = {
        "accuracy": [float(np.mean(accuracy)), float(np.std(accuracy))],
        "r2": [float(np.mean(r2)), float(np.std(r2))],
        "epochs": [float(np.mean(epochs)), float(np.std(epochs))],
    }



def converged(estimator, x, y, unseen, weights=None, start=False):
    """Where L-BFGS ends; `start` has it begin at seeded weights, where loss and gradients are taken too."""
    estimator.set_params(solver="lbfgs", random_state=0, max_iter=1)
    estimator.fit(x, y, sample_weight=weights)
    held = {"params": {"hiddenLayerSizes": list(estimator.hidden_layer_sizes), "activation": estimator.activation, "alpha": estimator.alpha}}
    if start:
        for group in (estimator.coefs_, estimator.intercepts_):
            for k, part in enumerate(group):
                group[k] = rng.normal(size=part.shape).round(3)
        held["start"] = {"kernels": [plain(w) for w in estimator.coefs_], "biases": [plain(w) for w in estimator.intercepts_]}
        if isinstance(estimator, MLPClassifier):
            encoded = estimator._label_binarizer.transform(y).astype(float)
        else:
            encoded = y.reshape(len(y), -1)
        count = len(estimator.coefs_)
        loss, kernels, biases = estimator._backprop(
            x, encoded, weights, [x, *[None] * count], [None] * count, [None] * count, [None] * count
        )
        held["first"] = {
            "loss": float(loss),
            "kernels": [plain(w) for w in kernels],
            "biases": [plain(w) for w in biases],
        }
    # SciPy's own end by the relative fall of the loss would come before the gradient's.
    minimize = scipy.optimize.minimize

    def further(*args, options, **rest):
        return minimize(*args, options={**options, "ftol": 0, "maxcor": 30}, **rest)

    scipy.optimize.minimize = further
    estimator.set_params(max_iter=5000, tol=1e-9, warm_start=True).fit(x, y, sample_weight=weights)
    scipy.optimize.minimize = minimize
    predicted = estimator.predict_proba(unseen) if isinstance(estimator, MLPClassifier) else estimator.predict(unseen)
    return {**held, "loss": float(estimator.loss_), "predicted": plain(predicted)}


row_weights = np.random.default_rng(4).integers(1, 4, 80).astype(float)
few = [part[:80] for part in train]
third = (few[0][:, 0] > 0.5).astype(int) + few[1]
lbfgs = {
    "linear, two classes": converged(MLPClassifier((), alpha=1.0), few[0], few[1], test[0][:20]),
    "linear, three classes, weights": converged(MLPClassifier((), alpha=1.0), few[0], third, test[0][:20], row_weights),
    "linear, a number, weights": converged(MLPRegressor(hidden_layer_sizes=(), alpha=2.0), few[0], few[2], test[0][:20], row_weights),
    "tanh, strong penalty": converged(MLPClassifier((3,), activation="tanh", alpha=1.0), few[0], few[1], test[0][:20], start=True),
    "logistic, a number, weights, strong penalty": converged(
        MLPRegressor(hidden_layer_sizes=(4,), activation="logistic", alpha=1.0), few[0], few[2], test[0][:20], row_weights, start=True
    ),
}

named = ("x", "label", "height")
golden = {
    "gradients": cases,
    "train": dict(zip(named, [part.tolist() for part in train])),
    "test": dict(zip(named, [part.tolist() for part in test])),
    "quality": quality,
    "lbfgs": {"weights": row_weights.tolist(), "three": third.tolist(), "cases": lbfgs},
}
Path(__file__).with_name("mlp.json").write_text(json.dumps(golden) + "\n")
