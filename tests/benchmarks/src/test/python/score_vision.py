"""The forward passes of the vision service in PyTorch, class head and decoder, on MNIST from memory.

Arguments: the folder of the IDX files, seconds to measure, threads, images of a batch. With a fifth
argument it measures nothing, but writes the network there as an ONNX file. Tuned as PyTorch's guide
says: channels last, frozen TorchScript; ReLU after the pooling, which has a quarter to do. Whoever
starts it sets the memory allocator. The first seconds warm up. Prints the images a second, and the
microseconds of processor time an image.
"""

import gzip
import sys
import time

import numpy
import torch
from torch import nn

folder, seconds, threads, batch = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.set_num_interop_threads(1)


class Joint(nn.Module):
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


def read(name, header):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


network = Joint().eval()
if len(sys.argv) > 5:
    names = {"input_names": ["images"], "output_names": ["classes", "pixels"]}
    torch.onnx.export(network, torch.zeros(batch, 1, 28, 28), sys.argv[5], opset_version=13, **names)
    sys.exit()

images = torch.from_numpy(read("train-images-idx3", 16).reshape(-1, 1, 28, 28).copy()).float() / 255
images = images.to(memory_format=torch.channels_last)
network = network.to(memory_format=torch.channels_last)


def score(until):
    count = 0
    while time.perf_counter() < until:
        at = count * batch % (len(images) - batch)
        network(images[at:at + batch])
        count += 1
    return count * batch


with torch.inference_mode():
    network = torch.jit.freeze(torch.jit.script(network))
    score(time.perf_counter() + 2)
    begun, cpu = time.perf_counter(), time.process_time()
    scored = score(begun + seconds)
    print(scored / (time.perf_counter() - begun), (time.process_time() - cpu) * 1e6 / scored)
