"""PCA and TruncatedSVD of scikit-learn; run as `python make_decomposition.py`.

Large inputs are made by a generator that the test repeats, so that only their decompositions are stored. Where singular
values lie far apart the reference is NumPy's SVD: scikit-learn's TruncatedSVD by ARPACK squares them.
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


def low_rank(seed, rows, columns, scales, noise, bits=None):
    """Products of uniform factors with falling scales, and uniform noise.

    With factors of a few bits, and scales that are powers of 2, the sums are exact, whatever their order.
    """
    k = len(scales)

    def factor(seed, count):
        out = uniform(seed, count) - 0.5
        return out if bits is None else np.floor(out * 2**bits) / 2**bits

    u = factor(seed, rows * k).reshape(rows, k)
    v = factor(seed + 1, columns * k).reshape(k, columns)
    e = factor(seed + 2, rows * columns).reshape(rows, columns)
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


def numpy_svd(x, k):
    _, s, v = np.linalg.svd(x, full_matrices=False)
    v = v[:k] * np.sign(v[np.arange(k), np.argmax(np.abs(v[:k]), axis=1)])[:, None]
    z = x @ v.T
    return {
        "components": v.tolist(),
        "explainedVariance": z.var(axis=0).tolist(),
        "explainedVarianceRatio": (z.var(axis=0) / x.var(axis=0).sum()).tolist(),
        "singularValues": s[:k].tolist(),
        "transformed": z[:4].tolist(),
    }


rng = np.random.default_rng(3)
tall = rng.normal(size=(60, 5)) @ rng.normal(size=(5, 5)) + 100
wide = rng.normal(size=(8, 12)) * np.arange(1, 13)
sparse = sp.random_array((70, 40), density=0.12, rng=rng, format="csr")
sparse = sparse.multiply(np.linspace(3, 0.2, 40)[None, :]).tocsr()
sparse.sort_indices()

left, _ = np.linalg.qr(rng.normal(size=(30, 4)))
right, _ = np.linalg.qr(rng.normal(size=(6, 4)))
graded = (left * [6018, 565, 0.060, 0.0047]) @ right.T

large_scales = [40, 25, 15, 9, 5, 3]
tall_large = {"seed": 11, "rows": 400, "columns": 320, "scales": large_scales, "noise": 0.1}
wide_large = {"seed": 21, "rows": 310, "columns": 400, "scales": large_scales, "noise": 0.1}
separated = {"seed": 31, "rows": 150, "columns": 90, "scales": [60, 30, 12, 5, 2], "noise": 0.001}
separated_wide = {"seed": 41, "rows": 60, "columns": 140, "scales": [60, 30, 12, 5, 2], "noise": 0.001}
graded_scales = [2**12, 2**9, 2**-3, 2**-6]
graded_large = {"seed": 51, "rows": 400, "columns": 320, "scales": graded_scales, "noise": 2**-12, "bits": 10}


def build(spec):
    return low_rank(**spec)


golden = {
    "tall": tall.tolist(),
    "wide": wide.tolist(),
    "graded": graded.tolist(),
    "sparse": {
        "offsets": sparse.indptr.tolist(),
        "indices": sparse.indices.tolist(),
        "values": sparse.data.tolist(),
        "rows": sparse.shape[0],
        "width": sparse.shape[1],
    },
    "made": {
        "tallLarge": tall_large,
        "wideLarge": wide_large,
        "separated": separated,
        "separatedWide": separated_wide,
        "gradedLarge": graded_large,
    },
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
        "graded": pca(graded, n_components=4, svd_solver="full"),
        "gradedLarge": pca(build(graded_large), n_components=4, svd_solver="full"),
    },
    "svd": {
        "sparse": svd(sparse, n_components=6, algorithm="arpack", random_state=0),
        "tall": svd(tall, n_components=3, algorithm="arpack", random_state=0),
        "separated": svd(build(separated), n_components=4, n_iter=7, random_state=0),
        "separatedWide": svd(build(separated_wide), n_components=4, n_iter=7, random_state=0),
        "graded": numpy_svd(graded, 4),
        "gradedLarge": numpy_svd(build(graded_large), 4),
    },
}
# With fewer rows than features this solver of scikit-learn averages the noise over axes that have none; ours agree.
golden["pca"]["wide covariance"]["noiseVariance"] = pca(wide, n_components=3, svd_solver="full")["noiseVariance"]
path = pathlib.Path(__file__).with_name("decomposition.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
