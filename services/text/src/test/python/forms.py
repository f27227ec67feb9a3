"""Weighs texts with scikit-learn under many options: golden/forms.tsv.

Usage: python3 forms.py > ../resources/golden/forms.tsv     (Debian: python3-sklearn)

Lines, with tabs between: `text` and a text; `case` and the service's settings, name=value; then for every text, in order,
`vector` and its terms and weights in turn. Texts and terms are ASCII with the escapes of JSON. The options of scikit-learn
that are the same as the settings stand in CASES. `article` is computed from CountVectorizer's numbers by the formula of the
source article, tf / |d| * ln(N / (df + 1)); |d| counts the terms that min_df and max_df leave out as well.
"""
import itertools
import json

import numpy
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

TEXTS = [
    "This is the first document.",
    "This document is the second document, and the second one is longer than the first.",
    "And this is the third one.",
    "Is this the first document?",
    "",
    "?! a I",
    "The mill race leads the stream to the wheel; the wheel turns the mill, the mill grinds the grain.",
    "A stream without a mill is a stream. A mill without a stream is a ruin.",
    "Whereas the system is not empty, everything has already become something else, hasn't it?",
    # Greek: a sigma is final at the end of a word, also before a mark and behind one, not alone.
    "\u039f\u0394\u039f\u03a3 \u03a3\u039f\u03a6\u039f\u03a3, \u03a3\u03a3 \u03a3 \u0391\u03a3' \u0391'\u03a3 "
    "\u039f\u0394\u039f\u03a3. \u0391\u03a3\u0384\u0391 \u03bf\u03b4\u03cc\u03c2 \u039f\u0394\u038c\u03a3\u0301",
    # Turkish: the lower case of a capital I with a dot is two characters, one of them no word character.
    "\u0130stanbul'da \u0131\u015f\u0131k I\u015eIK \u0130\u0130 B\u0130R B\u0130\u0130R k\u0130",
    # Chinese, Japanese, Korean: no spaces, half and full width, voiced marks, iteration marks.
    "\u4e2d\u6587\u5206\u8bcd \u4e2d\u6587 \u6771\u4eac\u90fd\u3001\u30c6\u30b9\u30c8\u30fc \uff83\uff7d\uff84 "
    "\uff21\uff22\uff23\uff11\uff12 \ud55c\uad6d\uc5b4 \u304b\u3099\u304d \u3005\u3005",
    # Emoji, joined and with modifiers: no words; digits as keycaps are alone.
    "\U0001f600\U0001f600 mill\U0001f468\u200d\U0001f469\u200d\U0001f467wheel 1\ufe0f\u20e3 12\ufe0f\u20e3 "
    "\U0001f1e9\U0001f1ea stream\u2764\ufe0fgrain",
    # Combining marks break words; the composed forms do not.
    "e\u0301te\u0301 \u00e9t\u00e9 nai\u0308ve na\u00efve A\u030angstro\u0308m \u00c5ngstr\u00f6m",
    # Planes beyond the first: letters, digits, cased letters.
    "\U0001d49c\U0001d4b7\U0001d4b8 \U0001d7ce\U0001d7cf\U0001d7d0 \U0001d7d1 \U00010400\U00010401 \U00010428\U00010429 "
    "\U00020000\U00020001 \U0001e900\U0001e901\U0001e922",
    # Numbers that are no decimal digits, marks that are no letters, joiners, soft hyphens, spaces of all kinds.
    "\u00bd\u00be \u2160\u2161 \u00b2\u00b3 x\u00b2 \u0661\u0662\u0663 \u0967\u0968 \u0915\u094d\u0937 \u0e01\u0e33\u0e44 "
    "so\u00adft ze\u200bro jo\u200diner no\u00a0break line\u2028break na\u0000ll",
    "\u1e9eSTRASSE stra\u00dfe STRASSE \ufb01sh FISH \u01c5 \u01c4X \u01c6x",
    "\u041c\u043e\u0441\u043a\u0432\u0430 \u041c\u041e\u0421\u041a\u0412\u0410 \u043c\u043e\u0441\u043a\u0432\u0430 "
    "\u05e9\u05dc\u05d5\u05dd \u05e9\u05b8\u05dc\u05d5\u05b9\u05dd \u0645\u0631\u062d\u0628\u0627 "
    "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627",
    "snake_case __init__ _ __ a_ 3_000 C3PO R2-D2 mill-race co\u00f6p www.example.org/mill?race=1",
]

LISTED = ["the", "is", "mill", "\u03bf\u03b4\u03bf\u03c2"]


def cases():
    """Settings, then the arguments of TfidfVectorizer; of CountVectorizer where use_idf and norm are None."""
    for tf, idf, norm in itertools.product(("count", "sublinear"), ("smooth", "plain", "none"), ("l2", "l1", "none")):
        settings = {"text.weighting.tf": tf, "text.weighting.idf": idf, "text.weighting.norm": norm}
        yield settings, {
            "sublinear_tf": tf == "sublinear",
            "use_idf": idf != "none",
            "smooth_idf": idf != "plain",
            "norm": None if norm == "none" else norm,
        }
    yield {"text.weighting.tf": "binary"}, {"binary": True}
    yield {"text.weighting": "counts"}, None
    for low, high in ((2, 1.0), (1, 2), (1, 0.2), (0.1, 1.0), (0.1, 0.25), (2, 0.25), (0.0, 3), (2, 2)):
        bounds = {"min_df": low, "max_df": high}
        settings = {"text.min.df": low, "text.max.df": high}
        yield settings, bounds
        yield {"text.weighting": "counts", **settings}, {"counts": True, **bounds}
    for low, high in ((1, 2), (2, 2), (2, 3), (1, 3), (3, 5), (10, 10)):
        yield {"text.ngram.min": low, "text.ngram.max": high}, {"ngram_range": (low, high)}
    yield {"text.stop.words": "scikit-learn"}, {"stop_words": "english"}
    yield {"text.stop.words": "words:" + " ".join(LISTED)}, {"stop_words": LISTED}
    yield {"text.stop.words": "none"}, {}
    for low, high in ((1, 2), (2, 3)):
        yield (
            {"text.stop.words": "scikit-learn", "text.ngram.min": low, "text.ngram.max": high},
            {"stop_words": "english", "ngram_range": (low, high)},
        )
    yield (
        {
            "text.stop.words": "words:" + " ".join(LISTED),
            "text.ngram.max": 3,
            "text.min.df": 2,
            "text.max.df": 0.3,
            "text.weighting.tf": "sublinear",
            "text.weighting.idf": "plain",
            "text.weighting.norm": "l1",
        },
        {
            "stop_words": LISTED,
            "ngram_range": (1, 3),
            "min_df": 2,
            "max_df": 0.3,
            "sublinear_tf": True,
            "smooth_idf": False,
            "norm": "l1",
        },
    )
    article = {"text.weighting": "article"}
    yield article, {"article": True}
    yield {**article, "text.ngram.max": 2}, {"article": True, "ngram_range": (1, 2)}
    yield {**article, "text.stop.words": "scikit-learn"}, {"article": True, "stop_words": "english"}
    yield {**article, "text.min.df": 2, "text.max.df": 0.5}, {"article": True, "min_df": 2, "max_df": 0.5}


def weigh(options):
    """Returns the counts, the weights and the terms, by text and place."""
    options = {"counts": True} if options is None else dict(options)
    article = options.pop("article", False)
    if options.pop("counts", False) or article:
        counter = CountVectorizer(**options)
        counts = counter.fit_transform(TEXTS).toarray()
        weights = counts
        if article:
            bounded = {"min_df": 1, "max_df": 1.0}
            tokens = CountVectorizer(**{**options, **bounded}).fit_transform(TEXTS).toarray().sum(axis=1, keepdims=True)
            df = (counts > 0).sum(axis=0)
            weights = counts / numpy.maximum(tokens, 1) * numpy.log(len(TEXTS) / (df + 1))
        return counts, weights, counter.get_feature_names_out()
    counter = TfidfVectorizer(**options)
    weights = counter.fit_transform(TEXTS).toarray()
    counts = CountVectorizer(
        **{name: options[name] for name in ("ngram_range", "stop_words", "min_df", "max_df") if name in options}
    ).fit_transform(TEXTS)
    return counts.toarray(), weights, counter.get_feature_names_out()


for text in TEXTS:
    print("text", json.dumps(text), sep="\t")
for settings, options in cases():
    counts, weights, terms = weigh(options)
    print("case", *(f"{name}={json.dumps(value)[1:-1] if isinstance(value, str) else value}"
                    for name, value in settings.items()), sep="\t")
    for row, weight in zip(counts, weights):
        print("vector", *(field for place in row.nonzero()[0]
                          for field in (json.dumps(terms[place]), repr(float(weight[place])))), sep="\t")
