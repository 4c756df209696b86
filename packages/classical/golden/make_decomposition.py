"""PCA and TruncatedSVD of scikit-learn; run as `python make_decomposition.py`.

Large inputs are made by a generator that the test repeats, so that only their decompositions are stored.
"""

import json
import pathlib

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import PCA, TruncatedSVD


def uniform(seed, count):
    """Park and Miller's generator: exact in doubles, so the test can repeat it."""
    out = np.empty(count)
    state = seed
    for i in range(count):
        state = (state * 16807) % 2147483647
        out[i] = state / 2147483647
    return out


def low_rank(seed, rows, columns, scales, noise):
    """Products of uniform factors with falling scales, and uniform noise."""
    k = len(scales)
    u = uniform(seed, rows * k).reshape(rows, k) - 0.5
    v = uniform(seed + 1, columns * k).reshape(k, columns) - 0.5
    e = uniform(seed + 2, rows * columns).reshape(rows, columns) - 0.5
    return (u * np.array(scales)) @ v + noise * e


def pca(x, **params):
    model = PCA(**params).fit(x)
    z = model.transform(x)
    return {
        "mean": model.mean_.tolist(),
        "components": model.components_.tolist(),
        "explainedVariance": model.explained_variance_.tolist(),
        "explainedVarianceRatio": model.explained_variance_ratio_.tolist(),
        "singularValues": model.singular_values_.tolist(),
        "noiseVariance": float(model.noise_variance_),
        "transformed": z[:4].tolist(),
        "inverse": model.inverse_transform(z)[:4].tolist(),
    }


def svd(x, **params):
    model = TruncatedSVD(**params).fit(x)
    return {
        "components": model.components_.tolist(),
        "explainedVariance": model.explained_variance_.tolist(),
        "explainedVarianceRatio": model.explained_variance_ratio_.tolist(),
        "singularValues": model.singular_values_.tolist(),
        "transformed": model.transform(x)[:4].tolist(),
    }


rng = np.random.default_rng(3)
tall = rng.normal(size=(60, 5)) @ rng.normal(size=(5, 5)) + 100
wide = rng.normal(size=(8, 12)) * np.arange(1, 13)
sparse = sp.random_array((70, 40), density=0.12, rng=rng, format="csr")
sparse = sparse.multiply(np.linspace(3, 0.2, 40)[None, :]).tocsr()
sparse.sort_indices()

large_scales = [40, 25, 15, 9, 5, 3]
tall_large = {"seed": 11, "rows": 400, "columns": 320, "scales": large_scales, "noise": 0.1}
wide_large = {"seed": 21, "rows": 310, "columns": 400, "scales": large_scales, "noise": 0.1}
separated = {"seed": 31, "rows": 150, "columns": 90, "scales": [60, 30, 12, 5, 2], "noise": 0.001}
separated_wide = {"seed": 41, "rows": 60, "columns": 140, "scales": [60, 30, 12, 5, 2], "noise": 0.001}


def build(spec):
    return low_rank(spec["seed"], spec["rows"], spec["columns"], spec["scales"], spec["noise"])


golden = {
    "tall": tall.tolist(),
    "wide": wide.tolist(),
    "sparse": {
        "offsets": sparse.indptr.tolist(),
        "indices": sparse.indices.tolist(),
        "values": sparse.data.tolist(),
        "rows": sparse.shape[0],
        "width": sparse.shape[1],
    },
    "made": {"tallLarge": tall_large, "wideLarge": wide_large, "separated": separated, "separatedWide": separated_wide},
    "pca": {
        "tall": pca(tall),
        "tall 2 whitened": pca(tall, n_components=2, whiten=True),
        "tall full": pca(tall, n_components=3, svd_solver="full"),
        "tall part": pca(tall, n_components=0.9),
        "wide": pca(wide, n_components=6),
        "wide part": pca(wide, n_components=0.7, whiten=True),
        "wide covariance": pca(wide, n_components=3, svd_solver="covariance_eigh"),
        "tallLarge": pca(build(tall_large), n_components=4, svd_solver="covariance_eigh"),
        "wideLarge": pca(build(wide_large), n_components=4, svd_solver="full"),
    },
    "svd": {
        "sparse": svd(sparse, n_components=6, algorithm="arpack", random_state=0),
        "tall": svd(tall, n_components=3, algorithm="arpack", random_state=0),
        "separated": svd(build(separated), n_components=4, n_iter=7, random_state=0),
        "separatedWide": svd(build(separated_wide), n_components=4, n_iter=7, random_state=0),
    },
}
# With fewer rows than features this solver of scikit-learn averages the noise over axes that have none; ours agree.
golden["pca"]["wide covariance"]["noiseVariance"] = pca(wide, n_components=3, svd_solver="full")["noiseVariance"]
path = pathlib.Path(__file__).with_name("decomposition.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
