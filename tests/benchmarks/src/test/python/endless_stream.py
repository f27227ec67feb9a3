"""What late words and words of a new meaning have learned, by their neighbours.

endless_stream.py TOKENS WORDS FOLDER: TOKENS has one document a line, words split by spaces; WORDS tells
which words were planted and which swapped; FOLDER has vectors (word2vec's binary format) named
RATES-PASS-PART. The right neighbours of a word are the ten nearest by gensim after one pass over TOKENS,
where nothing is planted or swapped, among the words that come at least 200 times and are neither planted
nor swapped. Counted is which share of them is among the ten nearest in FOLDER's vectors.
Prints, for planted words: rates, after which part, words, share under the early name, share under the
late name; for swapped ones: share of the neighbours of their first meaning, of their new one. Last, how
far gensim moves the 1,000 most frequent words over a million words, its rate staying where it begins.
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
MOVING = 1_000
WATCHED = 21_000
STEP_WORDS = 1_000_000


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


def step(texts, begin):
    """Documents from one on, of a million words together."""
    words = 0
    for end in range(begin, len(texts)):
        words += len(texts[end])
        if words >= STEP_WORDS:
            return texts[begin : end + 1]
    return texts[begin:]


def movement_of_gensim(texts):
    """One less the cosine, in the mean, and the share of the ten nearest that stay."""
    model = Word2Vec(sg=1, vector_size=100, window=5, negative=5, sample=1e-4, min_count=LEAST, workers=2, seed=1)
    model.build_vocab(texts)
    half = len(texts) // 2
    vectors = []
    for part in (texts[:half], step(texts, half)):
        model.train(part, total_examples=len(part), epochs=1, start_alpha=0.025, end_alpha=0.025)
        watched = model.wv.vectors[:WATCHED]
        vectors.append(watched / np.linalg.norm(watched, axis=1, keepdims=True))
    before, now = vectors
    moved = 1 - np.sum(before[:MOVING] * now[:MOVING], axis=1)
    # The nearest of all is the word itself.
    near = [np.argpartition(-(v[:MOVING] @ v.T), NEIGHBOURS + 1, axis=1)[:, : NEIGHBOURS + 1] for v in vectors]
    stayed = np.mean([len(set(a) & set(b)) - 1 for a, b in zip(*near)]) / NEIGHBOURS
    return float(np.mean(moved)), float(stayed)


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
    moved, stayed = movement_of_gensim(texts)
    print(f"gensim, its rate held: movement in a step {moved:.5f}, {stayed:.3f} of the neighbours stayed")


main()
