"""The network of the vision service in PyTorch, for the peers that train and score with it, and MNIST.

ReLU after the pooling gives the same as before it, and has a quarter to do.
"""

import gzip

import numpy
import torch
from torch import nn


class Joint(nn.Module):
    """Images, float[n, 1, 28, 28] in 0 to 1, to probabilities, float[n, 10], and pixels, the images' shape."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1), nn.MaxPool2d(2), nn.ReLU())
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, images):
        code = self.encoder(images)
        return self.head(code).softmax(1), self.decoder(code)


def loss_of(network, images, labels, decodes=True):
    """Cross-entropy of the classes; with the decoder, and the mean squared error of its pixels."""
    code = network.encoder(images)
    loss = nn.functional.cross_entropy(network.head(code), labels)
    return loss + nn.functional.mse_loss(network.decoder(code), images) if decodes else loss


def load(folder, split):
    """The split, train or t10k, of the IDX files: pixels, uint8[n, 1, 28, 28], and labels, int64[n]."""

    def read(name, header):
        with gzip.open(f"{folder}/{split}-{name}-ubyte.gz") as file:
            return numpy.frombuffer(file.read(), numpy.uint8, offset=header)

    pixels = torch.from_numpy(read("images-idx3", 16).reshape(-1, 1, 28, 28).copy())
    return pixels, torch.from_numpy(read("labels-idx1", 8).copy()).long()
