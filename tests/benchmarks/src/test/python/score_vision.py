"""The forward passes of the vision service in PyTorch, class head and decoder, on MNIST from memory.

Arguments: the folder of the IDX files, seconds to measure, threads, images of a batch. The first
seconds warm up. Prints the images a second, and the microseconds of processor time an image.
"""

import gzip
import sys
import time

import numpy
import torch
from torch import nn

folder, seconds, threads, batch = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)


def read(name, header):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


images = torch.from_numpy(read("train-images-idx3", 16).reshape(-1, 1, 28, 28).copy()).float() / 255

encoder = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
head = nn.Sequential(nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10))
decoder = nn.Sequential(
    nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
    nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())


def score(until):
    count = 0
    while time.perf_counter() < until:
        at = count * batch % (len(images) - batch)
        code = encoder(images[at:at + batch])
        head(code).softmax(1)
        decoder(code)
        count += 1
    return count * batch


with torch.inference_mode():
    score(time.perf_counter() + 2)
    begun, cpu = time.perf_counter(), time.process_time()
    scored = score(begun + seconds)
    print(scored / (time.perf_counter() - begun), (time.process_time() - cpu) * 1e6 / scored)
