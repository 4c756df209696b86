"""Golden values of pooling, resizing and borders of images from Keras 3 on TensorFlow; see record.py.

Run as `python make_pooling2d.py`; writes pooling2d.json next to it.
"""

from record import keras, record, seeded, write

draw = seeded(22)
golden = {}
layers = keras.layers


def add(name, layer, *shape, shift=0):
    golden[name] = record(layer, draw(*shape) + shift, [], draw)


add("maxPool_valid", layers.MaxPooling2D(), 2, 5, 4, 2)
add("maxPool_same", layers.MaxPooling2D((3, 2), strides=2, padding="same"), 2, 4, 5, 2)
# Whole windows below zero: zeros of the padding must not win.
add("maxPool_negative", layers.MaxPooling2D(3, strides=2, padding="same"), 2, 4, 5, 2, shift=-9)
add("averagePool_valid", layers.AveragePooling2D((2, 3), strides=1), 2, 4, 5, 2)
add("averagePool_same", layers.AveragePooling2D(3, strides=2, padding="same"), 2, 4, 5, 2)
add("globalMaxPool", layers.GlobalMaxPooling2D(), 3, 3, 4, 2, shift=-5)
add("globalAveragePool", layers.GlobalAveragePooling2D(), 3, 3, 4, 2)
add("nearest", layers.UpSampling2D((2, 3)), 2, 3, 2, 2)
add("bilinear", layers.UpSampling2D((2, 3), interpolation="bilinear"), 2, 3, 4, 2)
add("bilinear_four", layers.UpSampling2D(4, interpolation="bilinear"), 2, 1, 3, 2)
add("zeroPad", layers.ZeroPadding2D(((1, 0), (2, 1))), 2, 2, 3, 2)
add("crop", layers.Cropping2D(((1, 0), (0, 2))), 2, 3, 4, 2)
add("flatten", layers.Flatten(), 2, 3, 2, 2)

write("pooling2d", golden)
