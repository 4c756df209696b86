"""Golden values of normalisation layers from Keras 3 on TensorFlow; see record.py.

Run as `python make_norms.py`; writes norms.json next to it.
"""

from record import keras, np, packed, randomised, record, seeded, tf, write

draw = seeded(23)
golden = {}
layers = keras.layers


def add(name, layer, *shape):
    x = draw(*shape) * 2 + 1
    layer = randomised(layer, x, draw)
    golden[name] = record(layer, x, layer.trainable_weights, draw)


def add_batch_norm(name, mask, *shape, **options):
    x = draw(*shape) * 2 + 1
    layer = randomised(layers.BatchNormalization(**options), x, draw)
    real = {} if mask is None else {"mask": tf.constant(mask)}
    golden[name] = {
        **({} if mask is None else {"mask": packed(mask.astype(np.float32))}),
        "fixed": [packed(w.numpy()) for w in layer.non_trainable_weights],
        **record(lambda v: layer(v, training=True, **real), x, layer.trainable_weights, draw),
        "moved": [packed(w.numpy()) for w in layer.non_trainable_weights],
        "inference": packed(layer(x, training=False)),
    }


mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]], dtype=bool)
add_batch_norm("batchNorm_image", None, 2, 3, 2, 3, momentum=0.9, epsilon=1e-5)
add_batch_norm("batchNorm_steps", None, 3, 4, 3)
add_batch_norm("batchNorm_masked", mask, 3, 4, 3, momentum=0.5)
add("layerNorm_vector", layers.LayerNormalization(epsilon=1e-6), 4, 5)
add("layerNorm_image", layers.LayerNormalization(), 2, 3, 2, 4)
add("groupNorm_vector", layers.GroupNormalization(groups=3), 4, 6)
add("groupNorm_steps", layers.GroupNormalization(groups=2), 3, 4, 4)
add("groupNorm_image", layers.GroupNormalization(groups=2, epsilon=1e-5), 2, 3, 2, 6)
add("groupNorm_instance", layers.GroupNormalization(groups=4), 2, 3, 2, 4)
add("groupNorm_whole", layers.GroupNormalization(groups=1), 2, 3, 2, 4)
add("rmsNorm_vector", layers.RMSNormalization(), 4, 5)
add("rmsNorm_steps", layers.RMSNormalization(epsilon=0.1), 3, 4, 3)
add("rmsNorm_image", layers.RMSNormalization(), 2, 3, 2, 4)
add("unitNorm_vector", layers.UnitNormalization(), 4, 5)
add("unitNorm_steps", layers.UnitNormalization(), 3, 4, 3)
add("unitNorm_image", layers.UnitNormalization(), 2, 3, 2, 4)

write("norms", golden)
