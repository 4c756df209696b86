"""Golden values of losses from Keras 3: the loss of each row, and the gradient of their sum for the outputs.

Run as `python make_losses.py`; writes losses.json next to it.
"""

from record import keras, np, packed, seeded, tf, write

draw = seeded(9)
logits = draw(6, 1) * 3
bits = np.array([[1], [0], [1], [1], [0], [0]], dtype=np.float32)
scores = draw(5, 4) * 2
onehot = np.eye(4, dtype=np.float32)[[0, 3, 1, 1, 2]]
guesses, numbers = draw(6, 2) * 2, draw(6, 2)
losses = keras.losses


def generalized(codes, probabilities, q):
    return losses.CategoricalGeneralizedCrossEntropy(q, reduction=None)(codes, probabilities)


def quantile(y, z):
    return tf.reduce_mean(tf.maximum(0.8 * (y - z), -0.2 * (y - z)), axis=1)


cases = {
    "binary crossEntropy": (losses.BinaryCrossentropy(True, reduction=None), logits, bits),
    "binary crossEntropy, smoothed": (losses.BinaryCrossentropy(True, 0.2, reduction=None), logits, bits),
    "binary focal": (losses.BinaryFocalCrossentropy(from_logits=True, reduction=None), logits, bits),
    "binary focal, alpha, smoothed": (
        losses.BinaryFocalCrossentropy(True, 0.3, 1.5, True, label_smoothing=0.1, reduction=None),
        logits,
        bits,
    ),
    "crossEntropy": (losses.CategoricalCrossentropy(True, reduction=None), scores, onehot),
    "crossEntropy, smoothed": (losses.CategoricalCrossentropy(True, 0.2, reduction=None), scores, onehot),
    "focal": (
        losses.CategoricalFocalCrossentropy(1.0, 2.0, from_logits=True, reduction=None),
        scores,
        onehot,
    ),
    "binary hinge": (losses.Hinge(reduction=None), logits, bits),
    "binary squaredHinge": (losses.SquaredHinge(reduction=None), logits, bits),
    "hinge": (losses.Hinge(reduction=None), scores, onehot),
    "squaredHinge": (losses.SquaredHinge(reduction=None), scores, onehot),
    "categoricalHinge": (losses.CategoricalHinge(reduction=None), scores, onehot),
    "binary generalizedCrossEntropy": (
        lambda y, z: generalized(y[:, 0], tf.concat([1 - tf.sigmoid(z), tf.sigmoid(z)], axis=1), 0.7),
        logits,
        bits,
    ),
    "generalizedCrossEntropy": (
        lambda y, z: generalized(tf.argmax(y, axis=1), tf.nn.softmax(z), 0.3),
        scores,
        onehot,
    ),
    "squaredError": (losses.MeanSquaredError(reduction=None), guesses, numbers),
    "absoluteError": (losses.MeanAbsoluteError(reduction=None), guesses, numbers),
    "huber": (losses.Huber(0.7, reduction=None), guesses, numbers),
    "logCosh": (losses.LogCosh(reduction=None), guesses, numbers),
    "quantile": (quantile, guesses, numbers),
}

golden = {}
for name, (loss, outputs, targets) in cases.items():
    z = tf.constant(outputs)
    with tf.GradientTape() as tape:
        tape.watch(z)
        rows = loss(tf.constant(targets), z)
        total = tf.reduce_sum(rows)
    golden[name] = {
        "outputs": packed(outputs),
        "targets": packed(targets),
        "losses": packed(rows),
        "gradient": packed(tape.gradient(total, z)),
    }
write("losses", golden)
