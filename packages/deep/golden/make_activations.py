"""Golden values of activations from Keras 3 on TensorFlow: outputs, and gradients of sum(output * probe).

Run as `python make_activations.py`; writes activations.json next to it.
"""

from record import keras, np, randomised, record, seeded, write

draw = seeded(13)
# Small and large numbers of both signs, and zero.
x = draw(4, 4) * 2
x[0] = [0, -7.5, 8, -2.5]
x[1] = [1e-3, -1e-3, 20, -20]

golden = {}
for name, function in {
    "linear": "linear",
    "relu": "relu",
    "relu6": "relu6",
    "leakyRelu": "leaky_relu",
    "elu": "elu",
    "gelu": "gelu",
    "geluTanh": lambda v: keras.activations.gelu(v, approximate=True),
    "silu": "silu",
    "mish": "mish",
    "softplus": "softplus",
    "softsign": "softsign",
    "softmax": "softmax",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "hardSigmoid": "hard_sigmoid",
    "hardSilu": "hard_silu",
}.items():
    golden[name] = record(keras.layers.Activation(function), x, [], draw)
# Not at zero, where selu has a kink and TensorFlow takes the slope of the other side.
golden["selu"] = record(keras.layers.Activation("selu"), np.where(x == 0, 0.5, x).astype(np.float32), [], draw)
# Up to 4, so that one number does not hide all others.
golden["exponential"] = record(keras.layers.Activation("exponential"), np.clip(x, -20, 4), [], draw)

layer = randomised(keras.layers.PReLU(), x, draw)
golden["prelu"] = record(layer, x, layer.trainable_weights, draw)
steps = draw(2, 3, 4)
layer = randomised(keras.layers.PReLU(shared_axes=[1]), steps, draw)
golden["preluSteps"] = record(layer, steps, layer.trainable_weights, draw)

write("activations", golden)
