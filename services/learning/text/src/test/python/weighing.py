"""Weighs four sentences with scikit-learn: golden/weighing.tsv.

Usage: python3 weighing.py > ../resources/golden/weighing.tsv     (Debian: python3-sklearn)

The sentences are those of scikit-learn's own documentation of TfidfVectorizer. Each line is: weighing, document from 0,
term, weight. `counts` is CountVectorizer, `scikit-learn` is TfidfVectorizer, both as they come; `article` is computed
from CountVectorizer's numbers by the formula of the source article, tf / |d| * ln(N / (df + 1)).
"""
import numpy
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

SENTENCES = [
    "This is the first document.",
    "This document is the second document.",
    "And this is the third one.",
    "Is this the first document?",
]


def write(name, terms, weights, held):
    for document, row in enumerate(weights):
        for term, weight in sorted(zip(terms, row)):
            if held[document][list(terms).index(term)]:
                print(name, document, term, repr(float(weight)), sep="\t")


counter = CountVectorizer()
counts = counter.fit_transform(SENTENCES).toarray()
terms = counter.get_feature_names_out()
write("counts", terms, counts, counts)

tfidf = TfidfVectorizer()
weights = tfidf.fit_transform(SENTENCES).toarray()
assert list(tfidf.get_feature_names_out()) == list(terms)
write("scikit-learn", terms, weights, counts)

df = (counts > 0).sum(axis=0)
article = counts / counts.sum(axis=1, keepdims=True) * numpy.log(len(SENTENCES) / (df + 1))
write("article", terms, article, counts)
