"""Golden values of autoencoders written out in TensorFlow: loss and gradients of one batch at given weights and noise.

The variational one is Kingma and Welling (2014), with a normal likelihood of variance 1 for numbers and a categorical one.
Run as `python make_autoencoder.py`; writes autoencoder.json next to it.
"""

from record import np, packed, seeded, tf, write

draw = seeded(21)
rows, numbers, codes, units, latent = 6, 3, 5, 2, 2
shapes = {
    "categorical:place.embeddings": (codes, units),
    "encoder1.kernel": (numbers + units, 4),
    "encoder1.bias": (4,),
    "decoder1.kernel": (latent, 3),
    "decoder1.bias": (3,),
    "reconstruction.kernel": (3, numbers + codes),
    "reconstruction.bias": (numbers + codes,),
}
heads = {
    "plain": {"latent.kernel": (4, latent), "latent.bias": (latent,)},
    "variational": {
        "mean.kernel": (4, latent),
        "mean.bias": (latent,),
        "logVariance.kernel": (4, latent),
        "logVariance.bias": (latent,),
    },
}
x = draw(rows, numbers)
place = np.array([2, 3, 4, 2, 0, 1], dtype=np.int32)
there = np.ones((rows, numbers), dtype=np.float32)
there[1, 2] = 0
x[1, 2] = 0
noise = draw(rows, latent)
beta = 0.7


def loss_of(kind, w):
    embedded = tf.gather(w["categorical:place.embeddings"], place)
    joined = tf.concat([x, embedded], axis=1)
    hidden = tf.tanh(joined @ w["encoder1.kernel"] + w["encoder1.bias"])
    divergence = 0.0
    if kind == "plain":
        z = hidden @ w["latent.kernel"] + w["latent.bias"]
    else:
        mean = hidden @ w["mean.kernel"] + w["mean.bias"]
        log = hidden @ w["logVariance.kernel"] + w["logVariance.bias"]
        z = mean + tf.exp(log / 2) * noise
        divergence = -0.5 * tf.reduce_sum(1 + log - mean**2 - tf.exp(log), axis=1)
    back = tf.tanh(z @ w["decoder1.kernel"] + w["decoder1.bias"])
    out = back @ w["reconstruction.kernel"] + w["reconstruction.bias"]
    squares = tf.reduce_sum(there * (x - out[:, :numbers]) ** 2, axis=1)
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=place, logits=out[:, numbers:])
    each = (squares + entropy) / (numbers + 1) if kind == "plain" else squares / 2 + entropy + beta * divergence
    return tf.reduce_mean(each)


golden = {
    "x": packed(x),
    "there": packed(there),
    "place": packed(place),
    "noise": packed(noise),
    "beta": beta,
}
for kind, head in heads.items():
    weights = {name: tf.constant(draw(*shape) * 0.7) for name, shape in {**shapes, **head}.items()}
    with tf.GradientTape() as tape:
        tape.watch(list(weights.values()))
        loss = loss_of(kind, weights)
    gradients = tape.gradient(loss, weights)
    golden[kind] = {
        "loss": float(loss),
        "weights": {name: packed(value) for name, value in weights.items()},
        "gradients": {name: packed(tf.convert_to_tensor(value)) for name, value in gradients.items()},
    }
write("autoencoder", golden)
