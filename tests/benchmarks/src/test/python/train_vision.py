"""Trains the network of the vision service in PyTorch on MNIST from memory, on one thread.

Arguments: the folder of the IDX files, seconds to measure, 1 to train the decoder too or 0, 1 to keep
the channels last or 0. ReLU after the pooling, which has a quarter to do. Whoever starts it sets the
memory allocator. The first seconds warm up. Prints the images a second.
"""

import gzip
import sys
import time

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
folder, seconds, decodes = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "1"
layout = torch.channels_last if sys.argv[4] == "1" else torch.contiguous_format
BATCH = 64


def read(name, header):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


images = torch.from_numpy(read("train-images-idx3", 16).reshape(-1, 1, 28, 28).copy()).float() / 255
labels = torch.from_numpy(read("train-labels-idx1", 8).copy()).long()

encoder = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
    nn.Conv2d(32, 64, 3, padding=1), nn.MaxPool2d(2), nn.ReLU())
head = nn.Sequential(nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))
decoder = nn.Sequential(
    nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
    nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())
images = images.to(memory_format=layout)
for part in (encoder, decoder):
    part.to(memory_format=layout)
parameters = [*encoder.parameters(), *head.parameters()]
parameters += [*decoder.parameters()] if decodes else []
optimizer = torch.optim.Adam(parameters, lr=1e-3)


def step(at):
    batch, target = images[at:at + BATCH], labels[at:at + BATCH]
    optimizer.zero_grad()
    code = encoder(batch)
    loss = nn.functional.cross_entropy(head(code), target)
    if decodes:
        loss = loss + nn.functional.mse_loss(decoder(code), batch)
    loss.backward()
    optimizer.step()


def train(until):
    count = 0
    while time.perf_counter() < until:
        step(count * BATCH % (len(labels) - BATCH))
        count += 1
    return count * BATCH


train(time.perf_counter() + 3)
begun = time.perf_counter()
trained = train(begun + seconds)
print(trained / (time.perf_counter() - begun))
