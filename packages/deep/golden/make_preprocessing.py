"""Vocabularies, bins, hashes and outputs of Keras 3's preprocessing layers, on TensorFlow.

Run: python make_preprocessing.py
"""

from record import keras, np, tf, write

layers = keras.layers
out = {}


def plain(value):
    """Tensors and arrays as nested lists of numbers or strings."""
    if isinstance(value, tf.RaggedTensor):
        return value.to_list()
    return np.asarray(value).tolist()


# --- numbers -------------------------------------------------------------------------------------------------------

rng = np.random.default_rng(7)
block = rng.normal(3, 5, size=(6, 2, 3)).astype(np.float32)
out["normalization"] = {"shape": list(block.shape), "values": block.ravel().tolist(), "cases": []}
for params in [
    {},
    {"axis": None},
    {"axis": 1},
    {"axis": [1, 2]},
    {"invert": True},
    {"mean": 3.0, "variance": 2.0},
    {"mean": [1.0, 2.0, 3.0], "variance": [4.0, 9.0, 0.0]},
    {"axis": [1, 2], "mean": [1.0, 2.0, 3.0], "variance": [4.0, 9.0, 2.0], "invert": True},
]:
    layer = layers.Normalization(**params)
    if "mean" not in params:
        layer.adapt(block)
    out["normalization"]["cases"].append({"params": params, "output": plain(layer(block)[:2])})
constant = np.full((4, 1), 5.0, np.float32)
layer = layers.Normalization()
layer.adapt(constant)
out["normalizationConstant"] = plain(layer(np.array([[5.0], [5.5]], np.float32)))
out["rescaling"] = {
    "input": [0.0, 100.0, 255.0],
    "output": plain(layers.Rescaling(1 / 127.5, offset=-1)(np.array([0.0, 100.0, 255.0], np.float32))),
}

out["discretization"] = []
for size, bins, epsilon, draw in [
    (5, 2, 0.01, "normal"),
    (10, 4, 0.01, "normal"),
    (60, 7, 0.01, "integers"),
    (100, 10, 0.01, "normal"),
    (101, 10, 0.01, "normal"),
    (250, 20, 0.01, "exponential"),
    (333, 3, 0.1, "normal"),
    (400, 6, 0.01, "integers"),
    (3, 20, 0.01, "normal"),
]:
    values = {
        "normal": lambda: rng.normal(size=size),
        "integers": lambda: rng.integers(0, 9, size=size),
        "exponential": lambda: rng.exponential(100, size=size),
    }[draw]()
    values = np.round(values, 3).astype(np.float32)
    layer = layers.Discretization(num_bins=bins, epsilon=epsilon)
    layer.adapt(values)
    out["discretization"].append(
        {
            "values": [round(float(v), 3) for v in values],
            "params": {"numBins": bins, "epsilon": epsilon},
            "boundaries": plain(layer.bin_boundaries),
            "codes": plain(layer(values)),
        }
    )
given = np.array([[-1.5, 1.0], [3.4, 0.5], [1.0, 1.0], [0.0, 99.0]], np.float32)
out["binBoundaries"] = {
    "boundaries": [0.0, 1.0, 2.0],
    "input": given.tolist(),
    "int": plain(layers.Discretization([0.0, 1.0, 2.0])(given)),
    "multiHot": plain(layers.Discretization([0.0, 1.0, 2.0], output_mode="multi_hot")(given)),
    "count": plain(layers.Discretization([0.0, 1.0, 2.0], output_mode="count")(given)),
    "oneHot": plain(layers.Discretization([0.0, 1.0, 2.0], output_mode="one_hot")(given[:, :1])),
}

codes = np.array([[3, 1], [0, 0], [2, 3]])
out["categoryEncoding"] = {
    "input": codes.tolist(),
    "multiHot": plain(layers.CategoryEncoding(4)(codes)),
    "count": plain(layers.CategoryEncoding(4, output_mode="count")(codes)),
    "oneHot": plain(layers.CategoryEncoding(4, output_mode="one_hot")(codes[:, :1])),
}

# --- hashes ---------------------------------------------------------------------------------------------------------

alphabet = "The quick brown fox, jumps over 13 lazy dogs; "
texts = [(alphabet * 8)[k : k + n] for k, n in enumerate(list(range(0, 70)) + [96, 127, 128, 129, 191, 192, 193, 300])]
texts += ["é", "naïve café", "日本語のテキスト", "😀", "Привет, мир", "ß" * 9, "€" * 25, "\u0000a"]
words = ["A", "B", "C", "", "D", "A"]
numbers = [0, 1, -1, 42, 123456789, -987654321012]
out["hashing"] = {
    "texts": texts,
    "fast": plain(tf.strings.to_hash_bucket_fast(texts, 2**61 - 1).numpy().astype(str)),
    "strong": plain(tf.strings.to_hash_bucket_strong(texts, 2**61 - 1, key=[133, 137]).numpy().astype(str)),
    "words": words,
    "numbers": numbers,
    "cases": [],
}
for params in [
    {"num_bins": 3},
    {"num_bins": 1000},
    {"num_bins": 7, "mask_value": ""},
    {"num_bins": 1, "mask_value": ""},
    {"num_bins": 5, "salt": 133},
    {"num_bins": 64, "salt": [133, 137]},
    {"num_bins": 6, "output_mode": "one_hot"},
]:
    result = {"params": params, "words": plain(layers.Hashing(**params)(tf.constant([[w] for w in words])))}
    if "mask_value" not in params:
        result["numbers"] = plain(layers.Hashing(**params)(tf.constant([[n] for n in numbers], tf.int64)))
    out["hashing"]["cases"].append(result)
pairs = [["A", "x"], ["B", "x"], ["A", "y"], ["", "é"], ["日本語", "a longer text of the second column"]]
left, right = (tf.constant([[pair[k]] for pair in pairs]) for k in (0, 1))
out["crossing"] = {
    "pairs": pairs,
    "cases": [
        {"bins": bins, "codes": plain(layers.HashedCrossing(bins)((left, right)))} for bins in (5, 1000, 1 << 20)
    ],
    "three": plain(layers.HashedCrossing(997)((left, right, left))),
    "oneHot": plain(layers.HashedCrossing(5, output_mode="one_hot")((left, right))),
}

# --- look-ups -------------------------------------------------------------------------------------------------------

shops = ["b", "a", "c", "a", "b", "d", "é", "e", "d", "a", "[UNK]", "", "\uffee", "😀"]
seen = ["a", "b", "zz", "", "é", "[UNK]", "d", "yy", "another one"]
out["stringLookup"] = {"adapt": shops, "input": seen, "cases": []}
for params in [
    {},
    {"max_tokens": 4},
    {"mask_token": ""},
    {"mask_token": "a", "num_oov_indices": 2},
    {"num_oov_indices": 3},
    {"num_oov_indices": 3, "salt": [3, 5]},
    {"vocabulary": ["b", "zz", "a"]},
    {"vocabulary": ["[UNK]", "b", "zz"]},
    {"output_mode": "one_hot"},
    {"output_mode": "multi_hot", "mask_token": ""},
    {"output_mode": "count", "max_tokens": 12, "pad_to_max_tokens": True},
    {"output_mode": "tf_idf"},
    {"output_mode": "tf_idf", "vocabulary": ["a", "b"], "idf_weights": [0.5, 2.0]},
]:
    layer = layers.StringLookup(**params)
    if "vocabulary" not in params:
        layer.adapt(np.array(shops, dtype=object))
    out["stringLookup"]["cases"].append(
        {
            "params": params,
            "vocabulary": layer.get_vocabulary(include_special_tokens=False),
            "output": plain(layer(tf.constant([[s] for s in seen]))),
        }
    )

ids = [12, 7, 7, -3, 12, 100, 5, 7, -1, 0, 5]
other = [7, 12, 0, 99, -1, 100, 5, -7, 101]
out["integerLookup"] = {"adapt": ids, "input": other, "cases": []}
for params in [
    {},
    {"max_tokens": 3},
    {"mask_token": 0},
    {"num_oov_indices": 3},
    {"num_oov_indices": 3, "oov_method": "farmhash"},
    {"num_oov_indices": 4, "oov_method": "farmhash", "salt": 9},
    {"vocabulary": [5, 7]},
    {"output_mode": "one_hot"},
    {"output_mode": "tf_idf", "mask_token": 0},
]:
    layer = layers.IntegerLookup(**params)
    if "vocabulary" not in params:
        layer.adapt(np.array(ids))
    out["integerLookup"]["cases"].append(
        {
            "params": params,
            "vocabulary": [int(v) for v in layer.get_vocabulary(include_special_tokens=False)],
            "output": plain(layer(tf.constant([[n] for n in other], tf.int64))),
        }
    )

# --- texts ----------------------------------------------------------------------------------------------------------

notes = [
    "The cat sat on the mat.",
    "The dog; the CAT's dog!",
    "",
    "  spaces\tand\nlines  ",
    "Émile é naïve — “quoted” 日本語",
    "a a a b [UNK] unk",
]
fresh = ["the dog sat", "", "Émile sat, unheard of", "a b a", "...", "cat  cat dog mat the x"]
out["textVectorization"] = {"adapt": notes, "input": fresh, "cases": []}
for params in [
    {},
    {"max_tokens": 6},
    {"standardize": None},
    {"standardize": "lower"},
    {"standardize": "strip_punctuation"},
    {"split": "character"},
    {"split": None},
    {"ngrams": 2},
    {"ngrams": [1, 3]},
    {"split": "character", "ngrams": [2, 3], "max_tokens": 30},
    {"output_sequence_length": 3},
    {"output_sequence_length": 9, "ngrams": 2},
    {"output_sequence_length": 2, "ragged": True},
    {"ragged": True},
    {"output_mode": "multi_hot"},
    {"output_mode": "count", "ngrams": 2, "max_tokens": 9},
    {"output_mode": "count", "max_tokens": 40, "pad_to_max_tokens": True},
    {"output_mode": "tf_idf"},
    {"output_mode": "tf_idf", "ngrams": 2, "max_tokens": 40, "pad_to_max_tokens": True},
    {"vocabulary": ["cat", "the", "dog"]},
    {"vocabulary": ["", "[UNK]", "cat", "the"]},
    {"output_mode": "tf_idf", "vocabulary": ["cat", "the"], "idf_weights": [0.25, 1.5]},
]:
    arguments = {k: tuple(v) if k == "ngrams" and isinstance(v, list) else v for k, v in params.items()}
    layer = layers.TextVectorization(**arguments)
    if "vocabulary" not in params:
        layer.adapt(np.array(notes))
    out["textVectorization"]["cases"].append(
        {
            "params": params,
            "vocabulary": layer.get_vocabulary(include_special_tokens=False),
            "output": plain(layer(tf.constant(fresh))),
        }
    )

write("preprocessing", out)
