"""Opens a model that was trained here in PyTorch, and trains one there to be opened here.

    python3 vision_parity.py FOLDER CHANNELS SIDE PADDED HIDDEN OPTIMIZER

FOLDER holds images.u8, bytes as n x channels x side x side, labels.u8, a byte each, and here.safetensors. Written are
here.answers, what PyTorch says of the images with those weights; there.safetensors, weights that PyTorch has trained
with the optimizer (adam, sgd or momentum) on the images in batches of 32, as a bare state_dict without metadata; and
there.answers. Answers are float32: the scores of all images, then their reconstructions.
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

BATCH = 32
OPTIMIZERS = {
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=1e-3),
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.01),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
}


class SimpleCNN(nn.Module):
    """The article's network; its unpadded variant with the size that it really has."""

    def __init__(self, channels, side, padded, hidden, classes):
        super().__init__()
        pad = 1 if padded else 0
        self.encoded = ((side - 2 + 2 * pad) // 2 - 2 + 2 * pad) // 2
        self.conv1 = nn.Conv2d(channels, 32, 3, padding=pad)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=pad)
        self.fc1 = nn.Linear(64 * self.encoded * self.encoded, hidden)
        self.fc2 = nn.Linear(hidden, classes)

    def encode(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        return functional.max_pool2d(functional.relu(self.conv2(x)), 2)

    def forward(self, code):
        return self.fc2(functional.relu(self.fc1(code.flatten(1))))


class DeconvNetwork(nn.Module):
    """The article's decoder, with the output padding that doubles the extent."""

    def __init__(self, channels):
        super().__init__()
        self.deconv1 = nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1)
        self.deconv2 = nn.ConvTranspose2d(32, channels, 3, stride=2, padding=1, output_padding=1)

    def forward(self, code):
        return torch.sigmoid(self.deconv2(functional.relu(self.deconv1(code))))


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


def save(tensors, path):
    """What safetensors' own save_file writes, which Debian does not have."""
    header, parts, at = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        part = tensor.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    opening = json.dumps(header).encode()
    opening += b" " * (-len(opening) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(opening)) + opening + b"".join(parts))


def stretched(images, side):
    if images.shape[-1] == side:
        return images
    return functional.interpolate(images, size=(side, side), mode="bilinear", antialias=True)


def answer(head, decoder, images, path):
    with torch.no_grad():
        code = head.encode(images)
        scores, pixels = head(code), stretched(decoder(code), images.shape[-1])
    with open(path, "wb") as file:
        file.write(scores.numpy().tobytes() + pixels.contiguous().numpy().tobytes())


def train(head, decoder, images, labels, optimizer):
    steps = OPTIMIZERS[optimizer]([*head.parameters(), *decoder.parameters()])
    for at in range(0, len(images), BATCH):
        batch, target = images[at : at + BATCH], labels[at : at + BATCH]
        code = head.encode(batch)
        decoded = decoder(code)
        loss = functional.cross_entropy(head(code), target)
        loss = loss + functional.mse_loss(decoded, stretched(batch, decoded.shape[-1]))
        steps.zero_grad()
        loss.backward()
        steps.step()


def main():
    folder, channels, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    padded, hidden, optimizer = sys.argv[4] == "true", int(sys.argv[5]), sys.argv[6]
    torch.set_num_threads(1)
    torch.manual_seed(7)
    pixels = numpy.fromfile(f"{folder}/images.u8", dtype=numpy.uint8)
    images = torch.from_numpy(pixels.reshape(-1, channels, side, side).astype(numpy.float32) / 255)
    labels = torch.from_numpy(numpy.fromfile(f"{folder}/labels.u8", dtype=numpy.uint8)).long()

    tensors, metadata = load(f"{folder}/here.safetensors")
    classes = json.loads(metadata["classes"])
    head = SimpleCNN(channels, side, padded, hidden, len(classes))
    decoder = DeconvNetwork(channels)
    for module in head, decoder:
        module.load_state_dict({name: tensors.pop(name) for name in module.state_dict()})
    assert not tensors, f"in the file but not in the article's modules: {sorted(tensors)}"
    answer(head, decoder, images, f"{folder}/here.answers")

    head = SimpleCNN(channels, side, padded, hidden, int(labels.max()) + 1)
    decoder = DeconvNetwork(channels)
    train(head, decoder, images, labels, optimizer)
    save({**head.state_dict(), **decoder.state_dict()}, f"{folder}/there.safetensors")
    answer(head, decoder, images, f"{folder}/there.answers")


main()
