"""Term counts and TF-IDF weights of scikit-learn on texts that stress tokenising; run as `python make_text.py`."""

import json
import pathlib
import random

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

corpus = [
    "POS PURCHASE Coffee_House 0421 Amsterdam NL",
    "pos purchase COFFEE  house 421, amsterdam nl!",
    "Caf\u00e9 del Mar -- \u00dcber-Stra\u00dfe 12, \u0130stanbul",
    "cafe del mar; u\u0308ber strasse e\u0301t\u00e9 na\u00efve \ufb01n \u00bd \u2460",
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2 \u0391\u03c2",
    "\u0438\u0433\u0440\u0430 \u0418\u0413\u0420\u0410 \u0439\u043e\u0433\u0443\u0440\u0442 \u0401\u043b\u043a\u0430",
    "\u092a\u093e\u0928\u0940 \u092a\u093f\u092f\u094b \u0939\u093f\u0928\u094d\u0926\u0940",
    "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u0645\u0631\u062d\u0628\u064b\u0627 \u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
    "\u6f22\u5b57 \u304b\u306a\u30ab\u30ca \uff26\uff35\uff2c\uff2c width \ud55c\uad6d\uc5b4",
    "math \U0001d465\U0001d466 \U0001d465 x \U00020000\U00020001 \U0001f600\U0001f680 ok\U0001f600go \ue000\uf8ff",
    "tabs\tand\u00a0nbsp \u2003 em\u0085nel\x1cfs  two   three\n\nlines \ufeffbom",
    "a b c I x1 1x __ _ _a 42 3.14 1,000.50 e-mail@host.com",
    "",
    "   ",
    "the the the cat sat on the mat and the cat",
    "coffee coffee house pos nl nl nl",
]

random.seed(5)
words = ["card", "declined", "refund", "fee", "Online", "SHOP", "shop", "transfer", "atm", "cash", "r\u00e9sum\u00e9", "7eleven"]
corpus += [" ".join(random.choices(words, k=random.randint(1, 9))) for _ in range(24)]
unseen = ["coffee refund zebra 0421", "na\u00efve \U0001d465\U0001d466 shop SHOP", "nothing_here qqq", "  \u00fcber\tstrasse "]

count_cases = {
    "default": {},
    "lowercase off": {"lowercase": False},
    "accents unicode": {"strip_accents": "unicode"},
    "accents ascii": {"strip_accents": "ascii"},
    "word 1-3": {"ngram_range": (1, 3), "max_df": 0.5},
    "word 2-3 stop": {"ngram_range": (2, 3), "stop_words": ["the", "and", "shop"]},
    "char 1-3": {"analyzer": "char", "ngram_range": (1, 3), "min_df": 3},
    "char 4-4": {"analyzer": "char", "ngram_range": (4, 4), "min_df": 2},
    "char_wb 2-4": {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 3},
    "char_wb 5-7": {"analyzer": "char_wb", "ngram_range": (5, 7), "min_df": 2},
    "min 2 max .3": {"min_df": 2, "max_df": 0.3},
    "min .05 max 6": {"min_df": 0.05, "max_df": 6},
    "max features": {"max_features": 4, "min_df": 2},
    "max features binary": {"max_features": 3, "binary": True},
    "vocabulary": {"vocabulary": ["shop", "coffee", "card", "absent"]},
    "pattern": {"token_pattern": r"[a-z]+"},
    "pattern group": {"token_pattern": r"([a-z])[a-z]*"},
}
tfidf_cases = {
    "default": {},
    "l1": {"norm": "l1", "sublinear_tf": True},
    "no norm": {"norm": None, "smooth_idf": False},
    "no idf": {"use_idf": False},
    "binary char_wb": {"binary": True, "analyzer": "char_wb", "ngram_range": (3, 3), "min_df": 3},
    "sublinear 1-2": {"sublinear_tf": True, "ngram_range": (1, 2), "min_df": 2, "strip_accents": "unicode"},
    "vocabulary": {"vocabulary": ["shop", "coffee", "card", "absent"]},
}


def block(matrix):
    matrix.sort_indices()
    return {
        "offsets": matrix.indptr.tolist(),
        "indices": matrix.indices.tolist(),
        "values": [float(v) for v in matrix.data],
    }


def run(make, cases):
    out = {}
    for name, params in cases.items():
        model = make(**params)
        train = model.fit_transform(corpus)
        out[name] = {
            "terms": model.get_feature_names_out().tolist(),
            "train": block(train),
            "unseen": block(model.transform(unseen)),
        }
        if hasattr(model, "idf_") and model.use_idf:
            out[name]["idf"] = model.idf_.tolist()
    return out


golden = {
    "corpus": corpus,
    "unseen": unseen,
    "count": run(CountVectorizer, count_cases),
    "tfidf": run(TfidfVectorizer, tfidf_cases),
}
path = pathlib.Path(__file__).with_name("text.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
