"""Keras on TensorFlow, on the processor: a step is timed over an epoch of `fit`, a row by a tf.function."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import time

import keras
import numpy as np
import tensorflow as tf

from bench_data import THREADS, timed_calls
from keras_accuracy import ACCURACY

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(1)
layers = keras.layers


def inputs_of(sizes):
    """The inputs of a network, by name."""
    out = {}
    if sizes["numeric"]:
        out["numeric"] = keras.Input((sizes["numeric"],), name="numeric")
    if sizes["steps"]:
        out["history"] = keras.Input((sizes["steps"], sizes["fields"]), name="history")
    if sizes["tokens"]:
        out["note"] = keras.Input((sizes["tokens"],), dtype="int32", name="note")
    return out


def convolved(inputs, vocabulary, width, filters):
    tokens = layers.Embedding(vocabulary, width)(inputs["note"])
    convolution = layers.Conv1D(filters, 5, padding="same", activation="relu")(tokens)
    return layers.GlobalMaxPooling1D()(convolution)


def mlp(inputs, _):
    x = inputs["numeric"]
    for _ in range(2):
        x = layers.Dropout(0.2)(layers.BatchNormalization()(layers.Dense(256, activation="relu")(x)))
    return x


def joint(inputs, vocabulary):
    parts = [inputs["numeric"], layers.GRU(32)(inputs["history"]), convolved(inputs, vocabulary, 16, 32)]
    return layers.Dense(64, activation="relu")(layers.Concatenate()(parts))


def transformer(inputs, vocabulary):
    x = layers.Embedding(vocabulary, 64)(inputs["note"])
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 16)(x, x))
    hidden = layers.Dense(64)(layers.Dense(128, activation="relu")(x))
    return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x + hidden))


NETWORKS = {
    "mlp": mlp,
    "gru": lambda inputs, _: layers.GRU(32)(inputs["history"]),
    "lstm": lambda inputs, _: layers.LSTM(32)(inputs["history"]),
    "conv": lambda inputs, vocabulary: convolved(inputs, vocabulary, 32, 64),
    "joint": joint,
    "transformer": transformer,
}


def feeds_of(x, sizes):
    numeric, history = sizes["numeric"], sizes["steps"] * sizes["fields"]
    out = {}
    if numeric:
        out["numeric"] = x[:, :numeric].astype("float32")
    if history:
        steps = x[:, numeric : numeric + history].astype("float32")
        out["history"] = steps.reshape(len(x), sizes["steps"], sizes["fields"])
    if sizes["tokens"]:
        out["note"] = x[:, numeric + history :].astype("int32")
    return out


def load(data, params):
    sizes = params["inputs"]
    return feeds_of(data.x, sizes), data.y.astype("float32"), feeds_of(data.test, sizes)


def compiled(params):
    keras.utils.set_random_seed(1)
    sizes, classes = params["inputs"], params["classes"]
    inputs = inputs_of(sizes)
    units = 1 if classes == 2 else classes
    outputs = layers.Dense(units)(NETWORKS[params["network"]](inputs, sizes["vocabulary"]))
    model = keras.Model(inputs, outputs)
    losses = keras.losses
    loss = losses.BinaryCrossentropy(True) if units == 1 else losses.SparseCategoricalCrossentropy(True)
    model.compile(keras.optimizers.Adam(), loss)
    return model


class Clock(keras.callbacks.Callback):
    """When each batch ended."""

    def __init__(self):
        super().__init__()
        self.at = []

    def on_train_batch_end(self, batch, logs=None):
        self.at.append(time.perf_counter())


def train(state, params):
    feeds, y, _ = state
    model = compiled(params)
    clock = Clock()
    history = model.fit(feeds, y, batch_size=params["batch"], epochs=2, verbose=0, callbacks=[clock])
    second = clock.at[len(clock.at) // 2 :]
    return {"": (second[-1] - second[0]) / (len(second) - 1)}, history.history["loss"][-1]


def load_row(data, params):
    feeds, y, test = load(data, params)
    model = compiled(params)
    model.fit(feeds, y, batch_size=params["batch"], epochs=4, verbose=0)
    call = tf.function(lambda given: tf.nn.softmax(model(given, training=False)))
    rows = [{name: value[i : i + 1] for name, value in test.items()} for i in range(len(data.test))]
    return call, rows, test


def predict_row(state, params):
    call, rows, _ = state
    return timed_calls(params["calls"], rows, lambda row: call(row).numpy())


TASKS = {
    "accuracy": ACCURACY,
    "train": (load, train, lambda state, loss, params: float(loss)),
    "predict-row": (load_row, predict_row, lambda state, _, params: state[0](state[2]).numpy()),
}
