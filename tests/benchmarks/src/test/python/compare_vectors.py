"""Compares vectors with those of scikit-learn's TfidfVectorizer on the same documents.

The file has a JSON object a line: the text of a document, its terms and their weights. Prints the
number of different terms in all documents, and the largest difference of a weight; a term that
only one side has counts with its whole weight.
"""

import json
import sys

from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

with open(sys.argv[1], encoding="utf-8") as lines:
    documents = [json.loads(line) for line in lines]

vectorizer = TfidfVectorizer()
batch = vectorizer.fit_transform(document["text"] for document in documents)

vocabulary = dict(vectorizer.vocabulary_)
starts, columns, weights = [0], [], []
for document in documents:
    for term, weight in zip(document["terms"], document["weights"]):
        columns.append(vocabulary.setdefault(term, len(vocabulary)))
        weights.append(weight)
    starts.append(len(columns))
shape = (len(documents), len(vocabulary))
streamed = csr_matrix((weights, columns, starts), shape=shape)
batch.resize(shape)
difference = abs(streamed - batch)
print(len(vectorizer.vocabulary_), difference.max() if difference.nnz else 0.0)
