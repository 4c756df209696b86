"""Golden values of the transformer over features (Gorishniy and others 2021, FT-Transformer), written out in TensorFlow.

As in the paper but for ReGLU and the missing first norm: loss and gradients of one batch at given weights.
Run as `python make_tabular_transformer.py`; writes tabular_transformer.json next to it.
"""

from record import np, packed, seeded, tf, write

draw = seeded(33)
rows, numbers, codes, units, heads, blocks = 5, 2, 4, 4, 2, 2
shapes = {
    "tokens.classToken": (1, units),
    "tokens.numeric": (numbers, units),
    "tokens.embeddings0": (codes, units),
    "tokens.bias": (numbers + 1, units),
    "norm.gamma": (units,),
    "norm.beta": (units,),
    "output.kernel": (units, 1),
    "output.bias": (1,),
}
for block in range(1, blocks + 1):
    for part in ("query", "key", "value", "output"):
        shapes[f"block{block}.attention.{part}Kernel"] = (units, units)
        shapes[f"block{block}.attention.{part}Bias"] = (units,)
    for part in ("attentionNorm", "outputNorm"):
        shapes[f"block{block}.{part}.gamma"] = (units,)
        shapes[f"block{block}.{part}.beta"] = (units,)
    shapes[f"block{block}.hidden.kernel"] = (units, 2 * units)
    shapes[f"block{block}.hidden.bias"] = (2 * units,)
    shapes[f"block{block}.output.kernel"] = (2 * units, units)
    shapes[f"block{block}.output.bias"] = (units,)

x, y = draw(rows, numbers), draw(rows, 1)
place = np.array([2, 3, 0, 1, 2], dtype=np.int32)
weights = {name: tf.constant(draw(*shape) * 0.6) for name, shape in shapes.items()}


def norm(values, name):
    mean = tf.reduce_mean(values, axis=-1, keepdims=True)
    variance = tf.reduce_mean((values - mean) ** 2, axis=-1, keepdims=True)
    return (values - mean) / tf.sqrt(variance + 1e-5) * weights[f"{name}.gamma"] + weights[f"{name}.beta"]


def attention(values, name):
    def project(part):
        out = values @ weights[f"{name}.{part}Kernel"] + weights[f"{name}.{part}Bias"]
        return tf.transpose(tf.reshape(out, (rows, -1, heads, units // heads)), (0, 2, 1, 3))

    query, key, value = project("query"), project("key"), project("value")
    shares = tf.nn.softmax(query @ tf.transpose(key, (0, 1, 3, 2)) / np.sqrt(units / heads), axis=-1)
    joined = tf.reshape(tf.transpose(shares @ value, (0, 2, 1, 3)), (rows, -1, units))
    return joined @ weights[f"{name}.outputKernel"] + weights[f"{name}.outputBias"]


with tf.GradientTape() as tape:
    tape.watch(list(weights.values()))
    tokens = tf.concat(
        [x[:, :, None] * weights["tokens.numeric"], tf.gather(weights["tokens.embeddings0"], place)[:, None]], axis=1
    )
    first = tf.tile(weights["tokens.classToken"][None], (rows, 1, 1))
    seen = tf.concat([first, tokens + weights["tokens.bias"]], axis=1)
    for block in range(1, blocks + 1):
        name = f"block{block}"
        seen += attention(norm(seen, f"{name}.attentionNorm"), f"{name}.attention")
        inner = norm(seen, f"{name}.outputNorm")
        hidden = tf.nn.relu(inner @ weights[f"{name}.hidden.kernel"] + weights[f"{name}.hidden.bias"])
        seen += hidden @ weights[f"{name}.output.kernel"] + weights[f"{name}.output.bias"]
    row = tf.nn.relu(norm(seen[:, 0], "norm"))
    loss = tf.reduce_mean((row @ weights["output.kernel"] + weights["output.bias"] - y) ** 2)
gradients = tape.gradient(loss, weights)
write(
    "tabular_transformer",
    {
        "x": packed(x),
        "place": packed(place),
        "y": packed(y),
        "loss": float(loss),
        "weights": {name: packed(value) for name, value in weights.items()},
        "gradients": {name: packed(tf.convert_to_tensor(value)) for name, value in gradients.items()},
    },
)
