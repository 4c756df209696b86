"""Golden values of RandomTreesEmbedding, from scikit-learn.

Draws differ, so what is kept is the mean and spread over seeds of the number of leaves, and for pairs of rows how often they
share a leaf. Features are multiples of 1/32, which float32 and float64 both hold exactly.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomTreesEmbedding

rng = np.random.default_rng(5)
rows, trees, seeds = 120, 60, 60
x = np.round(np.column_stack([rng.normal(size=rows), rng.exponential(size=rows), rng.integers(0, 4, size=rows)]) * 32) / 32
test = np.round(rng.normal(size=(12, 3)) * 32) / 32
names = {"maxDepth": "max_depth", "minSamplesLeaf": "min_samples_leaf", "maxLeafNodes": "max_leaf_nodes",
         "minSamplesSplit": "min_samples_split"}


def case(ours):
    params = {names[key]: value for key, value in ours.items()}
    widths, shared = [], []
    for seed in range(seeds):
        model = RandomTreesEmbedding(trees, random_state=seed, **params).fit(x)
        leaves = model.transform(test)
        widths.append(leaves.shape[1])
        together = (leaves @ leaves.T).toarray() / trees
        shared.append(together[np.triu_indices(len(test), 1)])
    spread = lambda values: {"mean": np.mean(values, 0).tolist(), "sd": np.std(values, 0, ddof=1).tolist()}
    return {"params": ours, "width": spread(widths), "shared": spread(shared)}


cases = [case(ours) for ours in ({}, {"maxDepth": None}, {"maxDepth": 3, "minSamplesLeaf": 5}, {"minSamplesSplit": 12})]
out = {"x": x.tolist(), "test": test.tolist(), "trees": trees, "cases": cases}
Path(__file__).with_name("random_trees_embedding.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
