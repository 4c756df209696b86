"""Golden values of losses of embeddings: row by row and pair by pair as the papers write them, in TensorFlow scalars, with
the gradient of the sum of all rows by its tape.

Run as `python make_embedding_losses.py`; writes embedding_losses.json next to it.
"""

from record import np, packed, seeded, tf, write

draw = seeded(21)
entities = [0, 0, 0, 1, 1, 2, 2, 2, 2, 5]
others = lambda i: [j for j in range(len(entities)) if j != i]
positives = lambda i: [j for j in others(i) if entities[j] == entities[i]]
negatives = lambda i: [j for j in others(i) if entities[j] != entities[i]]
mean = lambda terms: tf.add_n(terms) / len(terms)


def euclidean(a, b):
    return tf.norm(a - b)


def cosine(a, b):
    return tf.reduce_sum(a * b) / (tf.norm(a) * tf.norm(b))


DISTANCES = {
    "euclidean": euclidean,
    "squaredEuclidean": lambda a, b: tf.reduce_sum((a - b) ** 2),
    "cosine": lambda a, b: 1 - cosine(a, b),
}


def contrastive(x, i, margin=1.0, count=None):
    far = sorted(negatives(i), key=lambda j: float(euclidean(x[i], x[j])))[:count]
    pull = [tf.reduce_sum((x[i] - x[j]) ** 2) / 2 for j in positives(i)]
    push = [tf.maximum(0.0, margin - euclidean(x[i], x[j])) ** 2 / 2 for j in far]
    return mean(pull + push)


def cross_entropy(x, i, temperature, rivals):
    """-log of a positive's share among itself and its rivals, the mean over positives."""
    power = lambda j: tf.exp(cosine(x[i], x[j]) / temperature)
    return mean([-tf.math.log(power(p) / tf.add_n([power(j) for j in rivals(p)])) for p in positives(i)])


def info_nce(x, i, temperature=0.1):
    return cross_entropy(x, i, temperature, lambda p: [p] + negatives(i))


def supervised(x, i, temperature=0.1):
    return cross_entropy(x, i, temperature, lambda p: others(i))


def triplet(x, i, margin=1.0, mining="semiHard", distance="euclidean"):
    d = {j: DISTANCES[distance](x[i], x[j]) for j in others(i)}
    above = lambda p, n: tf.maximum(0.0, d[p] - d[n] + margin)
    size = lambda j: float(d[j])
    if mining == "hard":
        return above(max(positives(i), key=size), min(negatives(i), key=size))
    if mining == "all":
        return mean([above(p, n) for p in positives(i) for n in negatives(i)])
    terms = []
    for p in positives(i):
        beyond = [n for n in negatives(i) if size(n) > size(p)]
        terms.append(above(p, min(beyond, key=size) if beyond else max(negatives(i), key=size)))
    return mean(terms)


cases = [
    ("contrastive", contrastive, {}),
    ({"name": "contrastive", "margin": 3.0}, contrastive, {"margin": 3.0}),
    ({"name": "contrastive", "margin": 4.0, "negatives": 2}, contrastive, {"margin": 4.0, "count": 2}),
    ("infoNce", info_nce, {}),
    ({"name": "infoNce", "temperature": 0.7}, info_nce, {"temperature": 0.7}),
    ("supervisedContrastive", supervised, {}),
    ({"name": "supervisedContrastive", "temperature": 0.7}, supervised, {"temperature": 0.7}),
    ("triplet", triplet, {}),
]
for mining in ["semiHard", "hard", "all"]:
    for distance in DISTANCES:
        options = {"margin": 0.4, "mining": mining, "distance": distance}
        cases.append(({"name": "triplet", **options}, triplet, options))

embeddings = draw(len(entities), 3)
golden = {"embeddings": packed(embeddings), "entities": entities, "cases": []}
for given, loss, options in cases:
    x = tf.constant(embeddings)
    with tf.GradientTape() as tape:
        tape.watch(x)
        # A row alone with its entity counts nothing.
        rows = [loss(x, i, **options) if positives(i) else tf.constant(0.0) for i in range(len(entities))]
        total = tf.add_n(rows)
    golden["cases"].append(
        {"loss": given, "rows": [float(r) for r in rows], "gradient": packed(tape.gradient(total, x))["values"]}
    )
write("embedding_losses", golden)
