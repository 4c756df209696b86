"""Golden values of blocks and joins, put together of layers of Keras 3 on TensorFlow, and gradients of sum(output * probe).

Run as `python make_blocks.py`; writes blocks.json next to it.
"""

from record import keras, np, packed, record, seeded, tf, write

draw = seeded(23)
layers = keras.layers
steps = draw(2, 3, 4)
mask = np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)
keys = tf.constant(mask[:, None, :])
vectors = draw(3, 4)


def recorded(call, parts, x):
    """Built by a call, with random weights; `parts` are its layers in the order of our weights."""
    call(tf.constant(x))
    weights = [weight for part in parts for weight in part.trainable_weights]
    for weight in weights:
        weight.assign(draw(*weight.shape) * 0.5)
    return {
        **({"mask": packed(mask.astype(np.float32))} if x is steps else {}),
        **record(call, x, weights, draw),
    }


golden = {}

attention, hidden, output = layers.MultiHeadAttention(2, 2), layers.Dense(5, activation="relu"), layers.Dense(4)
norms = [layers.LayerNormalization(epsilon=1e-5) for _ in range(2)]


def after(v):
    looked = norms[0](v + attention(v, v, attention_mask=keys))
    return norms[1](looked + output(hidden(looked)))


golden["encoder"] = recorded(after, [attention, norms[0], hidden, output, norms[1]], steps)

attention2, hidden2, output2 = (
    layers.MultiHeadAttention(2, 2),
    layers.Dense(16, activation="gelu"),
    layers.Dense(4),
)
norms2 = [layers.LayerNormalization(epsilon=1e-5) for _ in range(2)]


def before(v):
    normal = norms2[0](v)
    looked = v + attention2(normal, normal, attention_mask=keys, use_causal_mask=True)
    return looked + output2(hidden2(norms2[1](looked)))


golden["encoderNormFirst"] = recorded(before, [norms2[0], attention2, norms2[1], hidden2, output2], steps)

both = layers.Dense(6)
golden["glu"] = recorded(lambda v: keras.activations.glu(both(v)), [both], vectors)
swish = layers.Dense(6, use_bias=False)


def swiglu(v):
    values, gates = tf.split(swish(v), 2, axis=-1)
    return values * keras.activations.silu(gates)


golden["swiglu"] = recorded(swiglu, [swish], steps)
gates = layers.Dense(8)


def highway(v):
    values, gate = tf.split(gates(v), 2, axis=-1)
    share = keras.activations.sigmoid(gate)
    return share * keras.activations.tanh(values) + (1 - share) * v


golden["highway"] = recorded(highway, [gates], vectors)
parts = [layers.Dense(3, activation="elu"), layers.Dense(3), layers.Dense(8), layers.LayerNormalization()]
golden["gatedResidual"] = recorded(
    lambda v: parts[3](v + keras.activations.glu(parts[2](parts[1](parts[0](v))))), parts, vectors
)

for name, layer in {
    "add": layers.Add(),
    "subtract": layers.Subtract(),
    "multiply": layers.Multiply(),
    "average": layers.Average(),
    "maximum": layers.Maximum(),
    "minimum": layers.Minimum(),
    "concat": layers.Concatenate(),
    "dot": layers.Dot(axes=1),
    "cosine": layers.Dot(axes=1, normalize=True),
}.items():
    golden[name] = recorded(lambda v, f=layer: f([v[:, :2], v[:, 2:]]), [], vectors)

golden["repeatVector"] = recorded(layers.RepeatVector(3), [], vectors)

write("blocks", golden)
