"""Weights of the benchmark's networks (bench/workers/keras_tasks.py) as Keras counts them.

Run as `python make_parameter_counts.py`; writes parameter_counts.json next to it.
"""

import sys
from pathlib import Path

from record import np, write

sys.path.append(str(Path(__file__).resolve().parents[3] / "bench" / "workers"))
from keras_tasks import compiled  # noqa: E402

none = dict(numeric=0, steps=0, fields=0, tokens=0, vocabulary=0)
history = dict(steps=20, fields=8)
cases = {
    "mlp": (dict(numeric=64), 10),
    "gru": (history, 2),
    "lstm": (history, 2),
    "conv": (dict(tokens=64, vocabulary=5000), 2),
    "joint": (dict(numeric=16, **history, tokens=32, vocabulary=5000), 2),
    "transformer": (dict(tokens=32, vocabulary=5000), 2),
}


def size(weights):
    return int(sum(np.prod(weight.shape) for weight in weights))


golden = {}
for network, (sizes, classes) in cases.items():
    inputs = {**none, **sizes}
    model = compiled({"network": network, "inputs": inputs, "classes": classes})
    golden[network] = {
        "inputs": inputs,
        "classes": classes,
        "trainable": size(model.trainable_weights),
        "running": size(model.non_trainable_weights),
    }
write("parameter_counts", golden)
