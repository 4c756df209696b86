"""What the golden scripts share: seeded numbers, and a layer of Keras 3 on TensorFlow with its gradients.

Import it before keras: it sets TensorFlow to plain operations on the CPU.
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


def seeded(seed):
    """A function that draws normal numbers of a shape."""
    rng = np.random.default_rng(seed)
    return lambda *shape: rng.normal(size=shape).astype(np.float32)


def packed(value):
    array = np.asarray(value)
    return {"shape": list(array.shape), "values": [float(repr(float(v))) for v in array.ravel()]}


def randomised(layer, x, draw):
    """The layer, built, with small random trainable weights."""
    layer.build(x.shape) if not isinstance(layer, keras.layers.Embedding) else layer.build()
    for weight in layer.trainable_weights:
        weight.assign(draw(*weight.shape) * 0.5)
    return layer


def record(call, x, weights, draw, trainable_input=True):
    """Output of call(x) and gradients of sum(output * probe) for x and the weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = call(x)
        probe = tf.constant(draw(*out.shape))
        loss = tf.reduce_sum(out * probe)
    sources = ([x] if trainable_input else []) + [w.value for w in weights]
    grads = [tf.convert_to_tensor(g) for g in tape.gradient(loss, sources)]
    result = {
        "input": packed(x),
        "output": packed(out),
        "probe": packed(probe),
        "weights": [packed(w.numpy()) for w in weights],
    }
    if trainable_input:
        result["inputGradient"] = packed(grads.pop(0))
    result["weightGradients"] = [packed(g) for g in grads]
    return result


def write(name, golden):
    Path(__file__).with_name(f"{name}.json").write_text(json.dumps(golden) + "\n")
