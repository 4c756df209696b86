"""Golden values of three steps of small networks from Keras 3 on TensorFlow: losses, and all weights after them.

Run as `python make_steps.py`; writes steps.json next to it. Weights go by the names that ours have.
"""

from record import keras, np, seeded, tf, write

draw = seeded(29)
layers = keras.layers
rows, steps = 4, 5
mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0], [1, 1, 1, 1, 0]], dtype=bool)
keys = tf.constant(mask[:, None, :])
row_weights = np.array([1, 0.5, 2, 1], dtype=np.float32)
parts_of_attention = ["query", "key", "value", "output"]

WEIGHTS = {
    layers.BatchNormalization: ["gamma", "beta", "movingMean", "movingVariance"],
    layers.LayerNormalization: ["gamma", "beta"],
    layers.GroupNormalization: ["gamma", "beta"],
    layers.RMSNormalization: ["scale"],
    layers.GRU: ["kernel", "recurrent", "bias"],
    layers.LSTM: ["kernel", "recurrent", "bias"],
    layers.SimpleRNN: ["kernel", "recurrent", "bias"],
    layers.Embedding: ["embeddings"],
    layers.PReLU: ["alpha"],
    layers.SeparableConv1D: ["depthwiseKernel", "pointwiseKernel", "bias"],
    layers.SeparableConv2D: ["depthwiseKernel", "pointwiseKernel", "bias"],
    layers.MultiHeadAttention: [part + what for part in parts_of_attention for what in ("Kernel", "Bias")],
    layers.AdditiveAttention: ["scale"],
}


class Weights(layers.Layer):
    """Weights of what Keras has no layer of."""

    def __init__(self, **shapes):
        super().__init__()
        self.named = {name: self.add_weight(shape=shape, name=name) for name, shape in shapes.items()}

    def __getitem__(self, name):
        return self.named[name].value


def named(name, layer):
    """Variables of a layer by the names of ours."""
    if isinstance(layer, Weights):
        return {f"{name}.{weight}": variable for weight, variable in layer.named.items()}
    if isinstance(layer, layers.Bidirectional):
        sides = (("forward", layer.forward_layer), ("backward", layer.backward_layer))
        return {key: value for side, own in sides for key, value in named(f"{name}.{side}", own).items()}
    names = WEIGHTS.get(type(layer), ["kernel", "bias"])
    variables = [v for v in layer.weights if "seed" not in v.path]
    return {f"{name}.{weight}": variable for weight, variable in zip(names, variables)}


class Network:
    """Layers by name, made when they are first called for."""

    def __init__(self, build):
        self.build, self.layers = build, {}

    def __call__(self, x):
        return self.build(self, x)

    def layer(self, name, make):
        if name not in self.layers:
            self.layers[name] = make()
        return self.layers[name]

    @property
    def weights(self):
        return {key: value for name, own in self.layers.items() for key, value in named(name, own).items()}


def dense_norm(n, x):
    x = n.layer("in", lambda: layers.Dense(4, activation="tanh"))(x)
    x = n.layer("norm", lambda: layers.BatchNormalization(momentum=0.9))(x, training=True)
    return n.layer("slope", layers.PReLU)(n.layer("hidden", lambda: layers.Dense(4))(x))


def norms(n, x):
    x = n.layer("layer", layers.LayerNormalization)(n.layer("in", lambda: layers.Dense(4))(x))
    x = n.layer("group", lambda: layers.GroupNormalization(2))(
        n.layer("second", lambda: layers.Dense(6, activation="silu"))(x)
    )
    return n.layer("rms", layers.RMSNormalization)(x)


def conv1d(n, x):
    x = n.layer("same", lambda: layers.Conv1D(3, 3, padding="same", activation="relu"))(x)
    x = n.layer("norm", lambda: layers.BatchNormalization(momentum=0.5))(x, training=True)
    x = n.layer("causal", lambda: layers.Conv1D(3, 2, padding="causal", dilation_rate=2, activation="tanh"))(x)
    x = n.layer("back", lambda: layers.Conv1DTranspose(2, 3, strides=2, padding="same"))(x)
    return tf.reduce_max(layers.MaxPooling1D(2)(x), 1)


def separable1d(n, x):
    x = n.layer("depth", lambda: layers.DepthwiseConv1D(3, padding="same", depth_multiplier=2))(x)
    x = n.layer("separable", lambda: layers.SeparableConv1D(3, 3, padding="same", activation="gelu"))(x)
    return tf.reduce_mean(layers.AveragePooling1D(2, strides=1)(x), 1)


def conv2d(n, x):
    x = n.layer("first", lambda: layers.Conv2D(3, 3, padding="same", use_bias=False))(x)
    x = keras.activations.relu(n.layer("norm", layers.BatchNormalization)(x, training=True))
    x = n.layer("second", lambda: layers.Conv2D(2, 2, activation="tanh"))(layers.MaxPooling2D(2)(x))
    return layers.Flatten()(x)


def separable2d(n, x):
    x = n.layer("depth", lambda: layers.DepthwiseConv2D(3, padding="same", activation="elu"))(x)
    x = layers.AveragePooling2D(2)(
        n.layer("separable", lambda: layers.SeparableConv2D(3, 2, padding="same", depth_multiplier=2))(x)
    )
    x = n.layer("back", lambda: layers.Conv2DTranspose(2, 2, strides=2, activation="relu"))(x)
    return layers.GlobalAveragePooling2D()(x)


def gru(n, x):
    x = n.layer("first", lambda: layers.GRU(3, return_sequences=True))(x, mask=mask)
    return n.layer("second", lambda: layers.GRU(2, reset_after=False))(x, mask=mask)


def lstm(n, x):
    x = n.layer("first", lambda: layers.LSTM(3, return_sequences=True))(x, mask=mask)
    return n.layer("second", lambda: layers.LSTM(2, go_backwards=True))(x, mask=mask)


def bidirectional(n, x):
    both = n.layer("both", lambda: layers.Bidirectional(layers.LSTM(2, return_sequences=True)))(x, mask=mask)
    both = n.layer("gru", lambda: layers.Bidirectional(layers.GRU(2, return_sequences=True), "sum"))(
        both, mask=mask
    )
    return n.layer("last", lambda: layers.SimpleRNN(2))(both, mask=mask)


def embedding(n, x):
    x = n.layer("tokens", lambda: layers.Embedding(7, 3))(x)
    return layers.GlobalAveragePooling1D()(x, mask=tf.constant(mask))


def attention(n, x):
    looked = n.layer("heads", lambda: layers.MultiHeadAttention(2, 2))(x, x, attention_mask=keys)
    real = [None, tf.constant(mask)]
    looked = n.layer("added", layers.AdditiveAttention)([looked, looked], mask=real)
    return layers.GlobalAveragePooling1D()(looked, mask=tf.constant(mask))


def encoder(n, x):
    looked = n.layer("block.attention", lambda: layers.MultiHeadAttention(2, 2))(x, x, attention_mask=keys)
    looked = n.layer("block.attentionNorm", lambda: layers.LayerNormalization(epsilon=1e-5))(x + looked)
    hidden = n.layer("block.hidden", lambda: layers.Dense(5, activation="relu"))(looked)
    hidden = n.layer("block.output", lambda: layers.Dense(4))(hidden)
    out = n.layer("block.outputNorm", lambda: layers.LayerNormalization(epsilon=1e-5))(looked + hidden)
    return layers.GlobalAveragePooling1D()(out, mask=tf.constant(mask))


def gated(n, x):
    x = keras.activations.glu(n.layer("glu", lambda: layers.Dense(8))(x))
    values, gate = tf.split(n.layer("highway", lambda: layers.Dense(8))(x), 2, axis=-1)
    share = keras.activations.sigmoid(gate)
    x = share * keras.activations.relu(values) + (1 - share) * x
    hidden = n.layer("residual.hidden", lambda: layers.Dense(3, activation="elu"))(x)
    hidden = n.layer("residual.linear", lambda: layers.Dense(3))(hidden)
    out = keras.activations.glu(n.layer("residual.gate", lambda: layers.Dense(8))(hidden))
    return n.layer("residual.norm", layers.LayerNormalization)(x + out)


def tokens(n, x):
    token = n.layer("tokens", lambda: Weights(classToken=(1, 4), numeric=(3, 4), bias=(3, 4)))
    first = tf.tile(token["classToken"][None], [rows, 1, 1])
    x = tf.concat([first, x[:, :, None] * token["numeric"] + token["bias"]], 1)
    x = x + n.layer("places", lambda: Weights(positions=(6, 4)))["positions"][:4]
    pool = n.layer("pool", lambda: Weights(kernel=(4, 3), bias=(3,), heads=(3, 2)))
    shares = tf.nn.softmax(tf.tanh(x @ pool["kernel"] + pool["bias"]) @ pool["heads"], axis=1)
    return tf.reshape(tf.einsum("rsh,rsw->rhw", shares, x), [rows, 8])


def tensor(*shape):
    """Numbers that are written shortly and are the same in float32."""
    return np.round(draw(*shape), 3).astype(np.float32)


def codes():
    return np.abs(np.round(draw(rows, steps) * 3)).astype(np.int32) % 7


cross_entropy = keras.losses.CategoricalCrossentropy(from_logits=True)
binary = keras.losses.BinaryCrossentropy(from_logits=True)
cases = {
    "denseNorm": (dense_norm, lambda: tensor(rows, 3), "crossEntropy", 1e-7),
    "norms": (norms, lambda: tensor(rows, 3), "binary", 1e-7),
    "conv1d": (conv1d, lambda: tensor(rows, steps, 2), "squaredError", 1e-7),
    "separable1d": (separable1d, lambda: tensor(rows, steps, 2), "crossEntropy", 1e-7),
    "conv2d": (conv2d, lambda: tensor(rows, 5, 4, 2), "crossEntropy", 1e-7),
    "separable2d": (separable2d, lambda: tensor(rows, 4, 4, 2), "binary", 1e-7),
    "gru": (gru, lambda: tensor(rows, steps, 3), "crossEntropy", 1e-7),
    "lstm": (lstm, lambda: tensor(rows, steps, 3), "squaredError", 1e-7),
    "bidirectional": (bidirectional, lambda: tensor(rows, steps, 3), "crossEntropy", 1e-7),
    "embedding": (embedding, codes, "binary", 1e-7),
    # The gradient of the keys' biases is 0 but for rounding, which Adam's usual epsilon would make whole steps of.
    "attention": (attention, lambda: tensor(rows, steps, 4), "crossEntropy", 1e-3),
    "encoder": (encoder, lambda: tensor(rows, steps, 4), "huber", 1e-3),
    "gated": (gated, lambda: tensor(rows, 3), "crossEntropy", 1e-7),
    "tokens": (tokens, lambda: tensor(rows, 3), "binary", 1e-7),
}
LOSSES = {
    "crossEntropy": (3, cross_entropy, lambda: np.eye(3, dtype=np.float32)[np.abs(codes()[:, 0]) % 3]),
    "binary": (1, binary, lambda: np.abs(codes()[:, :1] % 2).astype(np.float32)),
    "squaredError": (2, keras.losses.MeanSquaredError(), lambda: tensor(rows, 2)),
    "huber": (2, keras.losses.Huber(), lambda: tensor(rows, 2)),
}


def flat(value):
    """Shortest digits that give the same float32."""
    return [float(str(v)) for v in np.asarray(value, dtype=np.float32).ravel()]


def by_name(weights):
    """Values by the names of ours; Keras keeps both biases of a GRU in one weight of two rows."""
    out = {}
    for name, variable in weights.items():
        value = variable.numpy()
        if name.endswith(".bias") and value.ndim == 2 and len(value) == 2:
            out[name], out[name.replace(".bias", ".recurrentBias")] = flat(value[0]), flat(value[1])
        else:
            out[name] = flat(value)
    return out


def three_steps(network, weights, start, loss_of, batches, optimizer):
    for name, variable in weights.items():
        variable.assign(start[name])
    trained = [variable for variable in weights.values() if variable.trainable]
    losses = []
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_of(y, network(tf.constant(x)), sample_weight=row_weights)
        # An embedding's gradient comes as slices, which Keras's Adam on TensorFlow squares before it sums them.
        slices = tape.gradient(loss, [variable.value for variable in trained])
        optimizer.apply([tf.convert_to_tensor(gradient) for gradient in slices], trained)
        losses.append(loss)
    return {"losses": flat(losses), "weights": by_name(weights)}


def recorded(body, make, loss, epsilon):
    units, loss_of, targets = LOSSES[loss]
    network = Network(lambda n, x: n.layer("out", lambda: layers.Dense(units))(body(n, x)))
    batches = [(make(), targets()) for _ in range(3)]
    network(tf.constant(batches[0][0]))
    weights = network.weights
    start = {}
    for name, variable in weights.items():
        value = tensor(*variable.shape) * np.float32(0.5)
        start[name] = np.abs(value) if name.endswith("Variance") else value
        variable.assign(start[name])
    first = by_name(weights)
    three = lambda optimizer: three_steps(network, weights, start, loss_of, batches, optimizer)
    return {
        "shape": list(batches[0][0].shape),
        "loss": loss,
        "epsilon": epsilon,
        "inputs": [flat(x) for x, _ in batches],
        "targets": [flat(y) for _, y in batches],
        "start": first,
        "sgd": three(keras.optimizers.SGD(0.1)),
        "adam": three(keras.optimizers.Adam(0.01, epsilon=epsilon)),
    }


write(
    "steps",
    {
        "mask": flat(mask),
        "rowWeights": flat(row_weights),
        "networks": {name: recorded(*case) for name, case in cases.items()},
    },
)
