"""Golden values of layers and optimizers from Keras 3 on TensorFlow: outputs, and gradients of sum(output * probe).

Run as `python make_layers.py`; writes layers.json next to it.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(7)


def draw(*shape):
    return rng.normal(size=shape).astype(np.float32)


def packed(value):
    array = np.asarray(value)
    return {"shape": list(array.shape), "values": [float(repr(float(v))) for v in array.ravel()]}


def record(call, x, weights, trainable_input=True):
    """Output of call(x) and gradients of sum(output * probe) for x and the weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = call(x)
        probe = tf.constant(draw(*out.shape))
        loss = tf.reduce_sum(out * probe)
    variables = [w.value for w in weights]
    sources = ([x] if trainable_input else []) + variables
    grads = [tf.convert_to_tensor(g) for g in tape.gradient(loss, sources)]
    result = {"output": packed(out), "probe": packed(probe), "weights": [packed(w.numpy()) for w in weights]}
    if trainable_input:
        result["inputGradient"] = packed(grads.pop(0))
    result["weightGradients"] = [packed(g) for g in grads]
    return result


def randomised(layer, x):
    layer.build(x.shape) if not isinstance(layer, keras.layers.Embedding) else layer.build()
    for weight in layer.trainable_weights:
        weight.assign(draw(*weight.shape) * 0.5)
    return layer


golden = {}

x = draw(4, 5)
layer = randomised(keras.layers.Dense(3, activation="relu"), x)
golden["dense"] = {"input": packed(x), **record(layer, x, layer.trainable_weights)}
layer = randomised(keras.layers.Dense(3, activation="silu"), x)
golden["denseSilu"] = {"input": packed(x), **record(layer, x, layer.trainable_weights)}

codes = np.array([[1, 0, 3], [2, 2, 5]], dtype=np.int32)
layer = randomised(keras.layers.Embedding(6, 4), codes)
golden["embedding"] = {"input": packed(codes), **record(layer, codes, layer.trainable_weights, False)}

steps = draw(3, 5, 4)
mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]], dtype=bool)
layer = randomised(keras.layers.GRU(3, reset_after=True, unroll=True), steps)
golden["gru"] = {
    "input": packed(steps),
    "mask": packed(mask.astype(np.float32)),
    **record(lambda v: layer(v, mask=tf.constant(mask)), steps, layer.trainable_weights),
}

for padding in ("same", "causal"):
    layer = randomised(keras.layers.Conv1D(3, 3, padding=padding, activation="tanh"), steps)
    golden[f"conv1d_{padding}"] = {"input": packed(steps), **record(layer, steps, layer.trainable_weights)}

layer = randomised(keras.layers.LayerNormalization(), steps)
golden["layerNorm"] = {"input": packed(steps), **record(layer, steps, layer.trainable_weights)}

rows = draw(6, 3) * 2 + 1
layer = randomised(keras.layers.BatchNormalization(), rows)
golden["batchNorm"] = {
    "input": packed(rows),
    **record(lambda v: layer(v, training=True), rows, layer.trainable_weights),
    "moved": [packed(w.numpy()) for w in layer.non_trainable_weights],
    "inference": packed(layer(rows, training=False)),
}

golden["optimizers"] = {}
for name, make in {
    "adam": lambda: keras.optimizers.Adam(learning_rate=0.05),
    "adamw": lambda: keras.optimizers.AdamW(learning_rate=0.05, weight_decay=0.1),
}.items():
    optimizer = make()
    weight = keras.Variable(draw(5), name="kernel")
    start = weight.numpy().copy()
    gradients = [draw(5) for _ in range(3)]
    after = []
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient)], [weight])
        after.append(packed(weight.numpy()))
    golden["optimizers"][name] = {
        "start": packed(start),
        "gradients": [packed(g) for g in gradients],
        "after": after,
    }

Path(__file__).with_name("layers.json").write_text(json.dumps(golden) + "\n")
