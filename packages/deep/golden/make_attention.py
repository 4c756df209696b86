"""Golden values of attention from Keras 3 on TensorFlow: outputs, and gradients of sum(output * probe).

Run as `python make_attention.py`; writes attention.json next to it. Masks are given for keys alone: what comes out at a
masked query is nobody's business.
"""

from record import keras, np, packed, record, seeded, tf, write

draw = seeded(19)
layers = keras.layers
steps = draw(2, 4, 3)
mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], dtype=bool)
keys = tf.constant(mask[:, None, :])


def randomised(layer, call):
    call(tf.constant(steps))
    for weight in layer.trainable_weights:
        weight.assign(draw(*weight.shape) * 0.5)
    return {"mask": packed(mask.astype(np.float32)), **record(call, steps, layer.trainable_weights, draw)}


golden = {}
layer = layers.MultiHeadAttention(2, 2)
golden["self"] = randomised(layer, lambda v, f=layer: f(v, v, attention_mask=keys))
layer = layers.MultiHeadAttention(2, 2, value_dim=3)
golden["causal"] = randomised(layer, lambda v, f=layer: f(v, v, attention_mask=keys, use_causal_mask=True))
layer = layers.MultiHeadAttention(2, 2, output_shape=5, use_bias=False)
golden["cross"] = randomised(layer, lambda v, f=layer: f(v, v[:, :3], attention_mask=keys[:, :, :3]))
layer = layers.MultiHeadAttention(1, 3)
golden["keyed"] = randomised(
    layer, lambda v, f=layer: f(v, v[:, :3], key=v[:, 1:], attention_mask=keys[:, :, :3])
)

real = [None, tf.constant(mask)]
layer = layers.Attention()
golden["dot"] = randomised(layer, lambda v, f=layer: f([v, v], mask=real))
layer = layers.Attention()
golden["dotCausal"] = randomised(layer, lambda v, f=layer: f([v, v], mask=real, use_causal_mask=True))
layer = layers.AdditiveAttention()
golden["additive"] = randomised(layer, lambda v, f=layer: f([v, v], mask=real))
layer = layers.AdditiveAttention()
golden["additiveCausal"] = randomised(layer, lambda v, f=layer: f([v, v], mask=real, use_causal_mask=True))

write("attention", golden)
