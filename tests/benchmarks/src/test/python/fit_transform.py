"""Times scikit-learn's TfidfVectorizer.fit_transform on the messages of a file of JSON lines, gzip.

Prints of the best of three runs the documents a second and the processor time a document in
microseconds; reading the file is not counted.
"""

import gzip
import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]

elapsed = float("inf")
processor = float("inf")
for _ in range(3):
    begun = time.perf_counter()
    begun_processor = time.process_time()
    TfidfVectorizer().fit_transform(texts)
    elapsed = min(elapsed, time.perf_counter() - begun)
    processor = min(processor, time.process_time() - begun_processor)
print(len(texts) / elapsed, 1e6 * processor / len(texts))
