"""How good the neighbours of new words are, by how often the words were met.

new_words.py BEFORE AFTER OURS: BEFORE and AFTER have one document a line, words split by spaces; OURS are
vectors (word2vec's binary format) of a learner that read one, then the other. New words are those that
BEFORE has fewer than five times. The right neighbours of each are the ten nearest by gensim after five
passes over AFTER, among the words that AFTER has at least fifty times; counted is which share of them is
among the ten nearest by OURS, and by gensim after one pass over AFTER from scratch.
Prints, for words by their number of occurrences: occurrences, words, share of ours, share of gensim.
"""

import sys
from collections import Counter

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

NEIGHBOURS = 10
CANDIDATE_COUNT = 50
GROUPS = [(5, 9), (10, 19), (20, 39), (40, 79), (80, 159), (160, 319), (320, 10**9)]
MOST_WORDS = 2_000


def documents(path):
    with open(path, encoding="ascii") as lines:
        return [[sys.intern(word) for word in line.split()] for line in lines]


def trained(texts, epochs):
    return Word2Vec(
        texts,
        sg=1,
        vector_size=100,
        window=5,
        negative=5,
        sample=1e-4,
        min_count=5,
        workers=2,
        epochs=epochs,
        seed=1,
    ).wv


def nearest(vectors, words, candidates):
    def unit(names):
        rows = np.stack([vectors[name] for name in names])
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    scores = unit(words) @ unit(candidates).T
    place = {name: i for i, name in enumerate(candidates)}
    for i, word in enumerate(words):
        if word in place:
            scores[i, place[word]] = -np.inf
    return np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]


def main():
    before = Counter(word for text in documents(sys.argv[1]) for word in text)
    texts = documents(sys.argv[2])
    counts = Counter(word for text in texts for word in text)
    ours = KeyedVectors.load_word2vec_format(sys.argv[3], binary=True)
    reference, scratch = trained(texts, 5), trained(texts, 1)
    candidates = [word for word, n in counts.items() if n >= CANDIDATE_COUNT and word in ours]
    random = np.random.default_rng(1)
    for low, high in GROUPS:
        new = [w for w, n in counts.items() if low <= n <= high and before[w] < 5 and w in ours]
        if len(new) > MOST_WORDS:
            new = list(random.choice(new, MOST_WORDS, replace=False))
        if not new:
            continue
        right = nearest(reference, new, candidates)
        shares = []
        for vectors in (ours, scratch):
            found = nearest(vectors, new, candidates)
            same = [len(set(a) & set(b)) for a, b in zip(right, found)]
            shares.append(float(np.mean(same)) / NEIGHBOURS)
        print(f"{low}-{high}", len(new), *(f"{share:.3f}" for share in shares))


main()
