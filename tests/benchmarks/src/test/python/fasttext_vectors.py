"""Trains fastText's word vectors without subwords on a file of words and tells how long it took.

fasttext_vectors.py TOKENS VECTORS THREADS MODEL: TOKENS has one document a line, words split by
spaces; the vectors go to VECTORS in word2vec's binary format. MODEL is skipgram or cbow. Prints:
words, seconds of both passes, the file read in each.
"""

import sys
import time

import fasttext
import numpy


def main():
    tokens, vectors, threads, model = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with open(tokens, encoding="ascii") as lines:
        words = sum(len(line.split()) for line in lines)
    begun = time.perf_counter()
    learned = fasttext.train_unsupervised(
        tokens, model=model, dim=100, ws=5, neg=5, t=1e-4, minCount=5, epoch=1, thread=threads,
        maxn=0, bucket=1, verbose=0,
    )  # fmt: skip
    print(words, time.perf_counter() - begun)
    names = [word for word in learned.get_words() if word != "</s>"]
    with open(vectors, "wb") as out:
        out.write(b"%d 100\n" % len(names))
        for word in names:
            out.write(word.encode() + b" ")
            out.write(numpy.asarray(learned.get_word_vector(word), dtype="<f4").tobytes())


main()
