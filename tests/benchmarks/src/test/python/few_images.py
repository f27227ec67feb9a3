"""Trains the network of the vision service in PyTorch on a few images of MNIST, shifted at random.

Arguments: the folder of the IDX files, the numbers of the images separated by commas. Every update
learns from 64 images drawn from them, each shifted by up to 2 pixels. Prints the accuracy on the
10,000 held-out images after 100, 200 and 400 updates.
"""

import gzip
import sys

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
folder = sys.argv[1]
chosen = [int(number) for number in sys.argv[2].split(",")]
SHIFT = 2


def read(name, header):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


def load(name):
    images = torch.from_numpy(read(f"{name}-images-idx3", 16).reshape(-1, 1, 28, 28).copy()).float()
    return images / 255, torch.from_numpy(read(f"{name}-labels-idx1", 8).copy()).long()


images, labels = load("train")
images, labels = images[chosen], labels[chosen]
held_out, truth = load("t10k")

encoder = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
head = nn.Sequential(nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))
decoder = nn.Sequential(
    nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
    nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())
parameters = [*encoder.parameters(), *head.parameters(), *decoder.parameters()]
optimizer = torch.optim.Adam(parameters, lr=1e-3)


def shifted(image):
    padded = nn.functional.pad(image, (SHIFT,) * 4)
    down, across = torch.randint(0, 2 * SHIFT + 1, (2,)).tolist()
    return padded[:, down:down + 28, across:across + 28]


def accuracy():
    with torch.no_grad():
        answers = torch.cat([head(encoder(part)).argmax(1) for part in held_out.split(500)])
    return (answers == truth).float().mean().item()


accuracies = []
for update in range(1, 401):
    drawn = torch.randint(0, len(labels), (64,))
    batch, target = torch.stack([shifted(images[i]) for i in drawn]), labels[drawn]
    optimizer.zero_grad()
    code = encoder(batch)
    loss = nn.functional.cross_entropy(head(code), target)
    loss = loss + nn.functional.mse_loss(decoder(code), batch)
    loss.backward()
    optimizer.step()
    if update in (100, 200, 400):
        accuracies.append(f"{accuracy():.4f}")
print(" ".join(accuracies))
