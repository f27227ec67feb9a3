"""What late words and words of a new meaning have learned, by their neighbours.

endless_stream.py TOKENS WORDS FOLDER: TOKENS has one document a line, words split by spaces; WORDS tells
which words were planted and which swapped; FOLDER has vectors (word2vec's binary format) named
RATES-PASS-PART. The right neighbours of a word are the ten nearest by gensim after one pass over TOKENS,
where nothing is planted or swapped, among the words that come at least 200 times and are neither planted
nor swapped. Counted is which share of them is among the ten nearest in FOLDER's vectors.
Prints, for planted words: rates, after which part, words, share under the early name, share under the
late name; for swapped ones: share of the neighbours of their first meaning, of their new one.
"""

import os
import re
import sys
from collections import Counter

import numpy as np
from gensim.models import KeyedVectors, Word2Vec

NEIGHBOURS = 10
CANDIDATE_COUNT = 200
LEAST = 5


def documents(path):
    with open(path, encoding="ascii") as lines:
        return [[sys.intern(word) for word in line.split()] for line in lines]


def unit(vectors, names):
    rows = np.stack([vectors[name] for name in names])
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def nearest(vectors, names, candidates):
    scores = unit(vectors, names) @ unit(vectors, candidates).T
    return [set(row) for row in np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]]


def share(found, right):
    return float(np.mean([len(a & b) for a, b in zip(found, right)])) / NEIGHBOURS


def main():
    texts = documents(sys.argv[1])
    with open(sys.argv[2], encoding="ascii") as lines:
        described = [line.split() for line in lines]
    planted = [words[1] for words in described if words[0] == "planted"]
    swapped = {words[1]: words[2] for words in described if words[0] == "swapped"}
    counts = Counter(word for text in texts for word in text)
    right = Word2Vec(
        texts,
        sg=1,
        vector_size=100,
        window=5,
        negative=5,
        sample=1e-4,
        min_count=LEAST,
        workers=2,
        epochs=1,
        seed=1,
    ).wv
    files = sorted(f for f in os.listdir(sys.argv[3]) if re.fullmatch(r"[A-Z_]+-\d-\d\d", f))
    candidates = None
    for file in files:
        rates, turn, part = re.fullmatch(r"([A-Z_]+)-(\d)-(\d\d)", file).groups()
        late = turn == "3" and part == "04"
        if not (late or turn == "1" and part == "04" or part == "12" or turn == "3"):
            continue
        vectors = KeyedVectors.load_word2vec_format(os.path.join(sys.argv[3], file), binary=True)
        if candidates is None:
            candidates = [
                word
                for word, count in counts.items()
                if count >= CANDIDATE_COUNT and word not in swapped and word not in planted and word in vectors
            ]
        for name in ("early", "late"):
            known = [word for word in planted if f"{word}_{name}" in vectors]
            if known and ((name == "early" and turn == "1" and part == "04") or (name == "late" and late)):
                found = nearest(vectors, [f"{word}_{name}" for word in known], candidates)
                print(
                    f"{rates} pass {turn} part {part}: {len(known)} planted {name}:",
                    f"{share(found, nearest(right, known, candidates)):.3f}",
                )
        words = sorted(word for word in swapped if word in vectors)
        if not words:
            continue
        found = nearest(vectors, words, candidates)
        first = share(found, nearest(right, words, candidates))
        new = share(found, nearest(right, [swapped[word] for word in words], candidates))
        print(f"{rates} pass {turn} part {part}: {len(words)} swapped, first meaning {first:.3f}, new {new:.3f}")


main()
