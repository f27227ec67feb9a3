"""Learns labelled sparse vectors in one pass with scikit-learn and fastText.

The file has a line for each document: "train" or "test", the label, then terms and weights in turn,
separated by tabs. scikit-learn is given the vocabulary and all classes beforehand; it predicts each
batch before it learns from it. fastText takes the terms without weights, and reads the file.
Prints a line for each peer: its name, examples learned a second, and a second of processor time,
prequential accuracy (nan if it cannot tell), accuracy on the test documents (nan without any),
separated by tabs. Only learning is timed, for scikit-learn with the predictions; each is run twice,
the fastest counts. Small batches cost scikit-learn dearly: each moves the whole weight matrix.
"""

import os
import sys
import tempfile
import time

import fasttext
import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

RUNS = 2

splits, labels, documents = [], [], []
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        split, label, *rest = line.rstrip("\n").split("\t")
        splits.append(split)
        labels.append(label)
        documents.append((rest[0::2], [float(weight) for weight in rest[1::2]]))
vocabulary = {}
indices, weights, ends = [], [], [0]
for terms, values in documents:
    indices.extend(vocabulary.setdefault(term, len(vocabulary)) for term in terms)
    weights.extend(values)
    ends.append(len(indices))
matrix = csr_matrix((weights, indices, ends), shape=(len(documents), len(vocabulary)))
labels = numpy.array(labels)
test = numpy.array([split == "test" for split in splits])
train_matrix, train_labels = matrix[~test], labels[~test]
test_matrix, test_labels = matrix[test], labels[test]
classes = numpy.unique(labels)


def report(name, best, prequential, held_out):
    rates = [len(train_labels) / seconds for seconds in best]
    print(name, *rates, prequential, held_out, sep="\t", flush=True)


def timed(learn):
    """What learn returns the last time, and the least seconds and seconds of processor time."""
    best = (float("inf"), float("inf"))
    for _ in range(RUNS):
        begun, processor = time.perf_counter(), time.process_time()
        learned = learn()
        took = time.perf_counter() - begun, time.process_time() - processor
        best = tuple(map(min, best, took))
    return learned, best


def scikit_learn(batch):
    def learn():
        model = SGDClassifier(loss="log_loss", random_state=1)
        correct = 0
        for number, (vectors, answers) in enumerate(batches):
            if number > 0:
                correct += (model.predict(vectors) == answers).sum()
            model.partial_fit(vectors, answers, classes=classes if number == 0 else None)
        return model, correct

    batches = [
        (train_matrix[at : at + batch], train_labels[at : at + batch])
        for at in range(0, len(train_labels), batch)
    ]
    (model, correct), best = timed(learn)
    held_out = model.score(test_matrix, test_labels) if len(test_labels) else float("nan")
    report(f"scikit-learn, SGD, batches of {batch}", best, correct / len(train_labels), held_out)


def fast_text(threads):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "train.txt")
        with open(path, "w", encoding="utf-8") as out:
            for split, label, (terms, _) in zip(splits, labels, documents):
                if split != "test":
                    out.write(f"__label__{label.replace(' ', '_')} {' '.join(terms)}\n")
        model, best = timed(
            lambda: fasttext.train_supervised(
                input=path, epoch=1, lr=1.0, dim=64, minCount=1, thread=threads, verbose=0
            )
        )
    held_out = float("nan")
    if len(test_labels):
        asked = [" ".join(doc[0]) for split, doc in zip(splits, documents) if split == "test"]
        answers = [answer[0] for answer in model.predict(asked)[0]]
        held_out = numpy.mean(
            [f"__label__{label.replace(' ', '_')}" == it for label, it in zip(test_labels, answers)]
        )
    report(f"fastText supervised, threads {threads}", best, float("nan"), held_out)


for size in (64, 512):
    scikit_learn(size)
for count in (1, 2):
    fast_text(count)
