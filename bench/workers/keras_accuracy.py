"""Keras's networks of the suite `accuracy`, as accuracy-tasks.mjs has them; keras_tasks sets TensorFlow up."""

import keras
import numpy as np

from bench_data import timed

layers = keras.layers


def images(about):
    given = keras.Input((about["side"], about["side"], 1))
    x = layers.MaxPooling2D()(layers.Conv2D(16, 3, padding="same", activation="relu")(given))
    x = layers.MaxPooling2D()(layers.Conv2D(32, 3, padding="same", activation="relu")(x))
    return given, layers.Dropout(0.3)(layers.Dense(64, activation="relu")(layers.Flatten()(x)))


def texts(about):
    given = keras.Input((about["tokens"],), dtype="int32")
    # Layers of Keras that convolve and pool ignore masks: padding is taken out by hand.
    real = keras.ops.expand_dims(keras.ops.cast(given > 0, "float32"), -1)
    words = layers.Embedding(about["vocabulary"], 16)(given) * real
    seen = layers.Conv1D(32, 5, padding="same", activation="relu")(words)
    return given, layers.Dropout(0.3)(layers.GlobalMaxPooling1D()(seen * real))


class OrthogonalGates(keras.initializers.Initializer):
    """Recurrent weights as ours start: orthonormal for each gate, where Keras's are so over all gates together."""

    def __call__(self, shape, dtype=None):
        rows, columns = shape
        gates = [keras.initializers.Orthogonal()((rows, rows), dtype) for _ in range(columns // rows)]
        return keras.ops.concatenate(gates, axis=1)


def recurrent(layer):
    def build(about):
        given = keras.Input((about["steps"], 2))
        return given, layer(32, recurrent_initializer=OrthogonalGates())(layers.Masking(PADDING)(given))

    return build


PADDING = -1000.0
NETWORKS = {"images": images, "texts": texts, "gru": recurrent(layers.GRU), "lstm": recurrent(layers.LSTM)}


def histories(x, about, mean, deviation):
    """Standardised as fit saw the steps, with padding behind the last."""
    steps = (x.reshape(len(x), about["steps"], 2) - mean) / deviation
    return np.nan_to_num(steps, nan=PADDING).astype("float32")


def load(data, params):
    about = data.about
    if about["shape"] == "turns":
        steps = data.x.reshape(-1, 2)
        moments = np.nanmean(steps, axis=0), np.nanstd(steps, axis=0)
        x, test = (histories(rows, about, *moments) for rows in (data.x, data.test))
    elif about["shape"] == "digits":
        x, test = (rows.reshape(-1, about["side"], about["side"], 1).astype("float32") for rows in (data.x, data.test))
    else:
        x, test = data.x.astype("int32"), data.test.astype("int32")
    return about, x, data.y.astype("float32"), test


def fitted(state, params):
    about, x, y, _ = state
    keras.utils.set_random_seed(params["seed"])
    given, hidden = NETWORKS[params["network"]](about)
    units = 1 if params["classes"] == 2 else params["classes"]
    model = keras.Model(given, layers.Dense(units)(hidden))
    losses = keras.losses
    loss = losses.BinaryCrossentropy(True) if units == 1 else losses.SparseCategoricalCrossentropy(True)
    model.compile(keras.optimizers.Adam(params["learningRate"]), loss)
    model.fit(x, y, batch_size=params["batch"], epochs=params["epochs"], verbose=0)
    return model


def judged(state, model, params):
    outputs = model.predict(state[3], batch_size=512, verbose=0)
    # Of two classes the first output is zero.
    return np.hstack([np.zeros_like(outputs), outputs]) if outputs.shape[1] == 1 else outputs


ACCURACY = (load, lambda state, params: timed(lambda: fitted(state, params)), judged)
