"""Does from memory what the demonstration does: digits in one process, mails in another, both at once.

Arguments: the folder data of the repository, the divisor of the data (1 for all, 10 for a tenth).

Digits: the network of the vision service with its decoder, Adam, 16 new and 48 kept images a step,
10,000 kept; each image is scored with class and reconstruction before it is learned from, and the
held-out ones at the end. Mails: TF-IDF, a linear classifier in one pass that predicts before it
learns, Skip-Gram vectors, with the demonstration's settings. Modules are imported and data are read
before the clock starts; the number of PyTorch's threads, one or two, is the faster in a short trial.
Prints a line: seconds in all, of the digits, of the mails, processor seconds, PyTorch's threads,
prequential accuracy of the digits, accuracy on the held-out ones, prequential accuracy of the mails.
"""

import gzip
import json
import multiprocessing
import resource
import sys
import time

FRESH, KEPT, CAPACITY, TRIAL = 16, 48, 10_000, 150


def processor_seconds(begun=0.0):
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime - begun


def digits(data, divisor, start, answer):
    import numpy
    import torch
    from vision_network import Joint, load, loss_of

    def part_of(split):
        pixels, labels = load(f"{data}/mnist", split)
        count = len(labels) // divisor
        return pixels[:count].float() / 255, labels[:count]

    class Learner:
        def __init__(self):
            torch.manual_seed(1)
            self.network = Joint().to(memory_format=torch.channels_last)
            self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3)

        def score(self, images):
            with torch.inference_mode():
                probabilities, _ = self.network(images)
                return probabilities.argmax(1)

        def learn(self, images, labels):
            self.optimizer.zero_grad()
            loss_of(self.network, images, labels).backward()
            self.optimizer.step()

        def stream(self, images, labels, until=float("inf")):
            """Scores and learns from all, or until some time; returns how many were scored right."""
            random = numpy.random.default_rng(1)
            right = 0
            for at in range(0, len(labels), FRESH):
                if time.perf_counter() > until:
                    break
                fresh, truth = images[at : at + FRESH], labels[at : at + FRESH]
                right += int((self.score(fresh) == truth).sum())
                first = max(0, at - CAPACITY)
                if at > 0:
                    kept = torch.from_numpy(random.integers(first, at, KEPT))
                    fresh = torch.cat([fresh, images[kept]])
                    truth = torch.cat([truth, labels[kept]])
                self.learn(fresh.contiguous(memory_format=torch.channels_last), truth)
            return right

    images, labels = part_of("train")
    held_out, truth = part_of("t10k")
    best = (float("inf"), 1)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        trial = Learner()
        # The limits are for a busy machine, where two threads that wait for each other take minutes.
        trial.stream(images[: FRESH * 20], labels[: FRESH * 20], time.perf_counter() + 5)
        begun = time.perf_counter()
        trial.stream(images[: FRESH * TRIAL], labels[: FRESH * TRIAL], begun + best[0])
        best = min(best, (time.perf_counter() - begun, threads))
    torch.set_num_threads(best[1])
    learner = Learner()
    start.wait()
    begun, used = time.perf_counter(), processor_seconds()
    right = learner.stream(images, labels)
    right_held_out = sum(
        int((learner.score(held_out[at : at + 64]) == truth[at : at + 64]).sum())
        for at in range(0, len(truth), 64))
    answer.put(("digits", time.perf_counter() - begun, processor_seconds(used), best[1],
                right / len(labels), right_held_out / len(truth)))


def mails(data, divisor, start, answer):
    from gensim.models import Word2Vec
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    with gzip.open(f"{data}/spam-assassin/mails.jsonl.gz", "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines][::divisor]
    texts, labels = [mail["text"] for mail in read], [mail["label"] for mail in read]
    start.wait()
    begun, used = time.perf_counter(), processor_seconds()
    vectorizer = TfidfVectorizer()
    vectors = vectorizer.fit_transform(texts)
    model, right = SGDClassifier(loss="log_loss", random_state=1), 0
    for at in range(0, len(labels), FRESH):
        batch, truth = vectors[at : at + FRESH], labels[at : at + FRESH]
        if at > 0:
            right += int((model.predict(batch) == truth).sum())
        model.partial_fit(batch, truth, classes=["ham", "spam"])
    analyze = vectorizer.build_analyzer()
    Word2Vec([analyze(text) for text in texts], sg=1, vector_size=50, window=6, negative=5,
             sample=1e-3, min_count=5, epochs=1, workers=1, seed=1)
    answer.put(("mails", time.perf_counter() - begun, processor_seconds(used), right / len(labels)))


if __name__ == "__main__":
    folder, part = sys.argv[1], int(sys.argv[2])
    begin = multiprocessing.Barrier(2)
    answers = multiprocessing.Queue()
    both = [multiprocessing.Process(target=it, args=(folder, part, begin, answers)) for it in (digits, mails)]
    for process in both:
        process.start()
    found = {}
    while len(found) < 2:
        name, *figures = answers.get()
        found[name] = figures
    for process in both:
        process.join()
    d, m = found["digits"], found["mails"]
    times = [f"{it:.1f}" for it in (max(d[0], m[0]), d[0], m[0], d[1] + m[1])]
    print(*times, d[2], *[f"{it:.4f}" for it in (d[3], d[4], m[2])], sep="\t")
