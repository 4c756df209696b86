"""Golden values of recurrent layers from Keras 3 on TensorFlow: outputs, and gradients of sum(output * probe).

Run as `python make_recurrent.py`; writes recurrent.json next to it.
"""

from record import keras, np, packed, randomised, record, seeded, tf, write

draw = seeded(11)
layers = keras.layers
steps = draw(3, 4, 3)
# A gap in the middle, padding at the end, and padding at the start.
mask = np.array([[1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 1]], dtype=bool)

golden = {}
for name, layer in {
    "simpleRnn": layers.SimpleRNN(2, unroll=True),
    "simpleRnnReluSequences": layers.SimpleRNN(2, activation="relu", return_sequences=True, unroll=True),
    "gruSequences": layers.GRU(2, return_sequences=True, unroll=True),
    "gruBackwards": layers.GRU(2, go_backwards=True, unroll=True),
    "gruBackwardsSequences": layers.GRU(2, go_backwards=True, return_sequences=True, unroll=True),
    "gruResetBefore": layers.GRU(2, reset_after=False, unroll=True),
    "gruResetBeforeSequences": layers.GRU(2, reset_after=False, return_sequences=True, unroll=True),
    "lstm": layers.LSTM(2, unroll=True),
    "lstmSequences": layers.LSTM(2, return_sequences=True, unroll=True),
    "lstmBackwards": layers.LSTM(2, go_backwards=True, unroll=True),
    "lstmBackwardsSequences": layers.LSTM(2, go_backwards=True, return_sequences=True, unroll=True),
    # As wide as the compiled kernels take them.
    "gruWide": layers.GRU(4, unroll=True),
    "gruWideBackwardsSequences": layers.GRU(8, go_backwards=True, return_sequences=True, unroll=True),
    "lstmWide": layers.LSTM(4, unroll=True),
    "lstmWideBackwardsSequences": layers.LSTM(8, go_backwards=True, return_sequences=True, unroll=True),
    # Not unrolled: unrolled, Keras 3.15 zeroes all steps of a row by the mask of its last one.
    "bidirectionalLstm": layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
    "bidirectionalGruSum": layers.Bidirectional(layers.GRU(2), merge_mode="sum"),
    "bidirectionalGruMul": layers.Bidirectional(
        layers.GRU(2, return_sequences=True), merge_mode="mul"
    ),
    "bidirectionalSimpleRnnAve": layers.Bidirectional(
        layers.SimpleRNN(2, return_sequences=True), merge_mode="ave"
    ),
}.items():
    randomised(layer, steps, draw)
    golden[name] = {
        "mask": packed(mask.astype(np.float32)),
        **record(
            lambda v, layer=layer: layer(v, mask=tf.constant(mask)), steps, layer.trainable_weights, draw
        ),
    }

write("recurrent", golden)
