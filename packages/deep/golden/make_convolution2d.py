"""Golden values of convolutions over images from Keras 3 on TensorFlow; see record.py.

Run as `python make_convolution2d.py`; writes convolution2d.json next to it.
"""

from record import keras, randomised, record, seeded, write

draw = seeded(21)
golden = {}
layers = keras.layers


def add(name, layer, *shape):
    x = draw(*shape)
    layer = randomised(layer, x, draw)
    golden[name] = record(layer, x, layer.trainable_weights, draw)


add("conv2d_valid", layers.Conv2D(3, (3, 2), activation="relu"), 2, 4, 3, 2)
add("conv2d_same", layers.Conv2D(2, 3, padding="same", activation="tanh"), 2, 4, 5, 2)
add("conv2d_same_strides", layers.Conv2D(2, 3, strides=2, padding="same"), 2, 5, 4, 2)
add("conv2d_valid_strides", layers.Conv2D(2, 2, strides=(2, 1), use_bias=False), 2, 5, 3, 2)
add("conv2d_dilated_same", layers.Conv2D(2, 3, dilation_rate=2, padding="same"), 2, 4, 5, 2)
add("conv2d_dilated_valid", layers.Conv2D(2, (2, 3), dilation_rate=(3, 2)), 2, 5, 6, 2)
add("conv2dTranspose_valid", layers.Conv2DTranspose(3, 3, strides=2), 2, 2, 2, 2)
add("conv2dTranspose_same", layers.Conv2DTranspose(2, 3, strides=(2, 3), padding="same"), 2, 3, 2, 2)
add("conv2dTranspose_wide", layers.Conv2DTranspose(2, 2, strides=3, activation="elu"), 2, 2, 3, 2)
add("depthwise_valid", layers.DepthwiseConv2D((2, 3), depth_multiplier=2), 2, 3, 4, 3)
add("depthwise_same_strides", layers.DepthwiseConv2D(3, strides=2, padding="same"), 2, 5, 4, 2)
add("depthwise_dilated", layers.DepthwiseConv2D(2, dilation_rate=2, depth_multiplier=2, padding="same"), 2, 3, 4, 2)
add("separable", layers.SeparableConv2D(3, 3, padding="same", depth_multiplier=2, activation="relu"), 2, 3, 4, 2)
add("separable_dilated", layers.SeparableConv2D(2, 2, dilation_rate=2), 2, 3, 4, 2)

write("convolution2d", golden)
