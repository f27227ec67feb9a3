"""Judges word vectors, several files by the same measure.

word_scores.py DATA VECTORS...: DATA is the folder with the pairs and questions. For each file of vectors
(word2vec's binary format, the most frequent words first) prints: WordSim-353, MEN-3k and SimLex-999
(Spearman's correlation of cosine and people's scores, over the pairs whose words both have a vector, and
how many) and the accuracy on the analogies of word2vec (3CosAdd; answered among the 30,000 most frequent
words, questions with other words left out, as word2vec's own script and gensim's default do).
With "--among WORDS" before DATA only pairs whose words are both in that file, one a line, count.
"""

import os
import sys

import numpy as np
from gensim.models import KeyedVectors
from scipy.stats import spearmanr

PAIRS = ["EN-WS-353-ALL.txt", "EN-MEN-TR-3k.txt", "EN-SIMLEX-999.txt"]
RESTRICTED = 30_000
BATCH = 1_000


def similarity(vectors, path, among):
    people, ours = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            first, second, score = line.split()
            first, second = first.lower(), second.lower()
            known = first in vectors and second in vectors
            if known and (among is None or (first in among and second in among)):
                people.append(float(score))
                ours.append(float(vectors.similarity(first, second)))
    return spearmanr(people, ours)[0] if len(people) > 2 else float("nan"), len(people)


def analogies(vectors, path):
    limit = min(RESTRICTED, len(vectors.index_to_key))
    unit = vectors.vectors[:limit].astype(np.float32)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    index = {word: i for i, word in enumerate(vectors.index_to_key[:limit])}
    with open(path, encoding="utf-8") as lines:
        asked = [line.lower().split() for line in lines if not line.startswith(":")]
    known = np.array([[index[w] for w in q] for q in asked if all(w in index for w in q)])
    right = 0
    for at in range(0, len(known), BATCH):
        a, b, c, d = known[at : at + BATCH].T
        scores = (unit[b] - unit[a] + unit[c]) @ unit.T
        for given in (a, b, c):
            scores[np.arange(len(a)), given] = -np.inf
        right += int((scores.argmax(axis=1) == d).sum())
    return right / max(1, len(known)), len(known)


def main():
    arguments = sys.argv[1:]
    among = None
    if arguments[0] == "--among":
        with open(arguments[1], encoding="utf-8") as lines:
            among = {line.strip() for line in lines}
        arguments = arguments[2:]
    for path in arguments[1:]:
        vectors = KeyedVectors.load_word2vec_format(path, binary=True)
        scores = [similarity(vectors, os.path.join(arguments[0], name), among) for name in PAIRS]
        scores.append(analogies(vectors, os.path.join(arguments[0], "questions-words.txt")))
        print(os.path.basename(path), *(f"{score:.4f} {count}" for score, count in scores))


main()
