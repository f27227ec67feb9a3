"""Answers images with an exported vision model, in PyTorch.

    python3 vision.py MODEL.safetensors PIXELS

PIXELS holds images of 28 x 28 bytes, one after another. Prints one line of JSON: the classes, and for every image the
scores of the classes and the mean squared error of its reconstruction.
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional


class SimpleCNN(nn.Module):
    """The first article's network, with as many classes as the model knows."""

    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, classes)

    def encode(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        return functional.max_pool2d(functional.relu(self.conv2(x)), 2)

    def forward(self, x):
        x = self.encode(x).flatten(1)
        return self.fc2(functional.relu(self.fc1(x)))


class DeconvNetwork(nn.Module):
    """The article's decoder, with the output padding that it needs to give 28 x 28."""

    def __init__(self):
        super().__init__()
        self.deconv1 = nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1)
        self.deconv2 = nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1)

    def forward(self, x):
        return torch.sigmoid(self.deconv2(functional.relu(self.deconv1(x))))


def load(path):
    """The tensors of a safetensors file by name, and its metadata."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", (name, entry["dtype"])
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, metadata


def main():
    tensors, metadata = load(sys.argv[1])
    classes = json.loads(metadata["classes"])
    head, decoder = SimpleCNN(len(classes)), DeconvNetwork()
    for module in head, decoder:
        module.load_state_dict({name: tensors.pop(name) for name in module.state_dict()})
        module.eval()
    assert not tensors, f"in the file but not in the article's modules: {sorted(tensors)}"
    pixels = numpy.fromfile(sys.argv[2], dtype=numpy.uint8).reshape(-1, 1, 28, 28)
    images = torch.from_numpy(pixels.astype(numpy.float32) / 255)
    with torch.no_grad():
        scores = head(images)
        errors = ((decoder(head.encode(images)) - images) ** 2).mean(dim=(1, 2, 3))
    print(json.dumps({"classes": classes, "scores": scores.tolist(), "errors": errors.tolist()}))


main()
