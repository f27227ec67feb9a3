"""Times scikit-learn's TfidfVectorizer.fit_transform on the messages of a file of JSON lines, gzip.

With one process it is fit_transform itself. With more, each counts its share of the texts, the
document frequencies are merged by term in the first process, and each weights its share: what one
fit_transform over all texts gives, without bringing the parts of the matrix together.

Prints of the best of three runs the documents a second and the processor time a document in
microseconds; reading the file and starting the processes is not counted.
"""

import gzip
import json
import multiprocessing
import sys
import time

import numpy
from scipy.sparse import diags
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

RUNS = 3


def work(texts, pipe):
    """Counts, sends terms and document frequencies, receives those of all, weights; each run."""
    for _ in range(RUNS):
        pipe.recv()
        begun = time.process_time()
        vectorizer = CountVectorizer()
        counts = vectorizer.fit_transform(texts)
        frequencies = numpy.bincount(counts.indices, minlength=counts.shape[1])
        pipe.send((list(vectorizer.get_feature_names_out()), frequencies))
        documents, merged = pipe.recv()
        idf = numpy.log((1 + documents) / (1 + merged)) + 1
        normalize(counts @ diags(idf), copy=False)
        pipe.send(time.process_time() - begun)


def merged_counts(texts, processes):
    """The seconds and the processor seconds of the fastest run."""
    pipes = []
    for share in range(processes):
        ours, theirs = multiprocessing.Pipe()
        pipes.append(ours)
        part = texts[share::processes]
        multiprocessing.Process(target=work, args=(part, theirs), daemon=True).start()
    best = (float("inf"), float("inf"))
    for _ in range(RUNS):
        begun = time.perf_counter()
        begun_processor = time.process_time()
        for pipe in pipes:
            pipe.send("count")
        parts = [pipe.recv() for pipe in pipes]
        total = {}
        for terms, frequencies in parts:
            for term, frequency in zip(terms, frequencies.tolist()):
                total[term] = total.get(term, 0) + frequency
        for pipe, (terms, _) in zip(pipes, parts):
            pipe.send((len(texts), numpy.array([total[term] for term in terms])))
        processor = sum(pipe.recv() for pipe in pipes)
        elapsed = time.perf_counter() - begun
        best = min(best, (elapsed, processor + time.process_time() - begun_processor))
    return best


def one_process(texts):
    """The seconds and the processor seconds of the fastest run."""
    best = (float("inf"), float("inf"))
    for _ in range(RUNS):
        begun = time.perf_counter()
        begun_processor = time.process_time()
        TfidfVectorizer().fit_transform(texts)
        best = min(best, (time.perf_counter() - begun, time.process_time() - begun_processor))
    return best


with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
    all_texts = [json.loads(line)["text"] for line in lines]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
seconds, processor_seconds = merged_counts(all_texts, count) if count > 1 else one_process(all_texts)
print(len(all_texts) / seconds, 1e6 * processor_seconds / len(all_texts))
