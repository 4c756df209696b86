"""Reference values of scikit-learn's k-means from given first centres, where it is deterministic. Run: python make_cluster.py"""

import json
import pathlib
import warnings

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def plain(a):
    return np.asarray(a).tolist()


blobs = np.round(make_blobs(n_samples=160, n_features=3, centers=4, cluster_std=1.5, random_state=3)[0], 3)
cloud = np.round(rng.normal(size=(300, 2)), 3)
many = np.round(rng.uniform(size=(500, 5)), 3)
density = rng.random((90, 20)) < 0.2
sparse = np.round(density * rng.exponential(size=(90, 20)), 3)
far = np.round(blobs + [1e4, -1e4, 5e3], 3)
data = {"blobs": blobs, "cloud": cloud, "many": many, "sparse": sparse, "far": far}
weights = {name: np.round(rng.uniform(0, 3, size=len(x)), 2) for name, x in data.items()}
weights["blobs"][::9] = 0


def case(name, which, init, weighted=False, **params):
    x = data[which]
    model = KMeans(
        n_clusters=len(init), init=np.asarray(init), n_init=1, max_iter=params.get("maxIter", 300), tol=params.get("tol", 1e-4)
    )
    fitted = sp.csr_matrix(x) if which == "sparse" else x
    w = weights[which] if weighted else None
    model.fit(fitted, sample_weight=w)
    return {
        "name": name,
        "data": which,
        "init": plain(init),
        "weighted": weighted,
        "params": params,
        "centers": plain(model.cluster_centers_),
        "labels": plain(model.labels_),
        "inertia": float(model.inertia_),
        "nIter": int(model.n_iter_),
        "distances": plain(model.transform(fitted[:6])),
        "score": float(model.score(fitted[10:60], sample_weight=None if w is None else w[10:60])),
    }


cases = [
    case("blobs", "blobs", blobs[:4]),
    case("blobs with weights", "blobs", blobs[:4], weighted=True),
    case("blobs far from zero", "far", far[:4]),
    case("one cluster", "blobs", blobs[:1]),
    case("a cloud, stopped by tol", "cloud", cloud[:7]),
    case("a cloud, until no label changes", "cloud", cloud[:7], tol=0.0),
    case("a cloud, stopped by maxIter", "cloud", cloud[:7], maxIter=3),
    case("many clusters", "many", many[:40], tol=0.0),
    case("many clusters with weights", "many", many[:33], weighted=True, tol=0.0),
    case("a cluster that starts empty", "blobs", np.vstack([blobs[:3], [[100.0, 100.0, 100.0]]])),
    case("a cluster that starts empty, with weights", "blobs", np.vstack([blobs[:3], [[100.0, 100.0, 100.0]]]), weighted=True),
    case("sparse", "sparse", sparse[:5], tol=0.0),
    case("sparse with weights", "sparse", sparse[:5], weighted=True, tol=0.0),
]

out = {
    "sklearn": sklearn.__version__,
    "data": {name: plain(x) for name, x in data.items()},
    "weights": {name: plain(w) for name, w in weights.items()},
    "cases": cases,
    # Inertia of default runs, for the quality of k-means++ starts.
    "inertia": {
        name: [float(KMeans(k, random_state=s).fit(data[name]).inertia_) for s in range(20)]
        for name, k in [("blobs", 4), ("cloud", 7), ("many", 40)]
    },
}
pathlib.Path(__file__).with_name("cluster.json").write_text(json.dumps(out) + "\n")
