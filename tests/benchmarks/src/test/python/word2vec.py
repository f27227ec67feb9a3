"""Trains gensim's Word2Vec on tokens in memory and tells how long it took.

word2vec.py TOKENS VECTORS WORKERS [SG]: TOKENS has one document a line, words split by spaces; the vectors
go to VECTORS in word2vec's binary format. SG is 1 for Skip-Gram, 0 for CBOW. Prints: words, seconds of the vocabulary pass, seconds of the
training pass, seconds of processor time of both.
"""

import sys
import time

from gensim.models import Word2Vec


def documents(path):
    with open(path, encoding="ascii") as lines:
        return [[sys.intern(word) for word in line.split()] for line in lines]


def main():
    tokens, vectors, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    skip_gram = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    texts = documents(tokens)
    words = sum(len(text) for text in texts)
    cpu = time.process_time()
    begun = time.perf_counter()
    model = Word2Vec(
        sg=skip_gram, vector_size=100, window=5, negative=5, sample=1e-4, min_count=5, workers=workers, seed=1
    )
    model.build_vocab(texts)
    known = time.perf_counter()
    model.train(texts, total_examples=model.corpus_count, epochs=1)
    done = time.perf_counter()
    print(words, known - begun, done - known, time.process_time() - cpu)
    model.wv.save_word2vec_format(vectors, binary=True)


main()
