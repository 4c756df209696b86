"""Golden values of layers from Keras 3 on TensorFlow: outputs, and gradients of sum(output * probe).

Run as `python make_layers.py`; writes layers.json next to it.
"""

from record import keras, np, packed, record, seeded, tf, write
from record import randomised as randomised_by

draw = seeded(7)


def randomised(layer, x):
    return randomised_by(layer, x, draw)


golden = {}

x = draw(4, 5)
layer = randomised(keras.layers.Dense(3, activation="relu"), x)
golden["dense"] = record(layer, x, layer.trainable_weights, draw)
layer = randomised(keras.layers.Dense(3, activation="silu"), x)
golden["denseSilu"] = record(layer, x, layer.trainable_weights, draw)

codes = np.array([[1, 0, 3], [2, 2, 5]], dtype=np.int32)
layer = randomised(keras.layers.Embedding(6, 4), codes)
golden["embedding"] = record(layer, codes, layer.trainable_weights, draw, False)

steps = draw(3, 5, 4)
mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]], dtype=bool)
layer = randomised(keras.layers.GRU(3, reset_after=True, unroll=True), steps)
golden["gru"] = {
    "mask": packed(mask.astype(np.float32)),
    **record(lambda v: layer(v, mask=tf.constant(mask)), steps, layer.trainable_weights, draw),
}

for padding in ("same", "causal"):
    layer = randomised(keras.layers.Conv1D(3, 3, padding=padding, activation="tanh"), steps)
    golden[f"conv1d_{padding}"] = record(layer, steps, layer.trainable_weights, draw)

layer = randomised(keras.layers.LayerNormalization(), steps)
golden["layerNorm"] = record(layer, steps, layer.trainable_weights, draw)

rows = draw(6, 3) * 2 + 1
layer = randomised(keras.layers.BatchNormalization(), rows)
golden["batchNorm"] = {
    "fixed": [packed(w.numpy()) for w in layer.non_trainable_weights],
    **record(lambda v: layer(v, training=True), rows, layer.trainable_weights, draw),
    "moved": [packed(w.numpy()) for w in layer.non_trainable_weights],
    "inference": packed(layer(rows, training=False)),
}

write("layers", golden)
