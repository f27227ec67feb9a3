"""Opens an export of word vectors and prints words, counts if there are any, and vectors as JSON."""

import json
import struct
import sys

import numpy

kind, path = sys.argv[1:]
counts = None
if kind == "safetensors":
    # The format by hand, as PyTorch's packages of distributions have no safetensors.
    import torch

    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()

    def tensor(name, dtype):
        begin, end = header[name]["data_offsets"]
        flat = torch.frombuffer(bytearray(data[begin:end]), dtype=dtype)
        return flat.reshape(header[name]["shape"])

    words = header["__metadata__"]["vocabulary"].split("\n")
    vectors = tensor("vectors", torch.float32).numpy()
    counts = tensor("counts", torch.int64).tolist()
else:
    from gensim.models import KeyedVectors

    opened = KeyedVectors.load_word2vec_format(path, binary=kind == "word2vec-binary")
    words = opened.index_to_key
    vectors = opened.vectors

assert vectors.dtype == numpy.float32, vectors.dtype
print(json.dumps({"words": words, "counts": counts, "vectors": [[float(x) for x in row] for row in vectors]}))
