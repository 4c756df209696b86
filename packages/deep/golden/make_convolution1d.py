"""Golden values of convolutions and pools over steps from Keras 3 on TensorFlow, and gradients of sum(output * probe).

Run as `python make_convolution1d.py`; writes convolution1d.json next to it.
"""

from record import keras, randomised, record, seeded, write

draw = seeded(17)
layers = keras.layers
steps = draw(2, 6, 3)

golden = {}
for name, layer in {
    "valid": layers.Conv1D(2, 3, padding="valid"),
    "sameEven": layers.Conv1D(2, 4, padding="same", activation="gelu"),
    "sameStrides": layers.Conv1D(2, 3, padding="same", strides=2),
    "sameStridesWide": layers.Conv1D(2, 5, padding="same", strides=3, use_bias=False),
    "validStrides": layers.Conv1D(2, 3, padding="valid", strides=2),
    "causalStrides": layers.Conv1D(2, 3, padding="causal", strides=2),
    "sameDilation": layers.Conv1D(2, 3, padding="same", dilation_rate=2),
    "validDilation": layers.Conv1D(2, 2, padding="valid", dilation_rate=3),
    "causalDilation": layers.Conv1D(2, 3, padding="causal", dilation_rate=2),
    "transposeSame": layers.Conv1DTranspose(2, 3, padding="same", strides=2),
    "transposeSameEven": layers.Conv1DTranspose(2, 4, padding="same", strides=1, activation="relu"),
    "transposeValid": layers.Conv1DTranspose(2, 3, padding="valid", strides=2),
    "transposeApart": layers.Conv1DTranspose(2, 2, padding="valid", strides=3, use_bias=False),
    "depthwise": layers.DepthwiseConv1D(3, padding="same"),
    "depthwiseMany": layers.DepthwiseConv1D(2, padding="valid", strides=2, depth_multiplier=2),
    "separable": layers.SeparableConv1D(2, 3, padding="same", depth_multiplier=2, activation="relu"),
    "separableDilation": layers.SeparableConv1D(2, 2, padding="same", dilation_rate=2, use_bias=False),
    "maxPool": layers.MaxPooling1D(2),
    "maxPoolSame": layers.MaxPooling1D(3, strides=2, padding="same"),
    "averagePool": layers.AveragePooling1D(2, strides=1),
    "averagePoolSame": layers.AveragePooling1D(3, strides=2, padding="same"),
    "upSampling": layers.UpSampling1D(3),
}.items():
    randomised(layer, steps, draw)
    golden[name] = record(layer, steps, layer.trainable_weights, draw)

write("convolution1d", golden)
