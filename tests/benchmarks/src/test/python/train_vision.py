"""Trains the network of the vision service in PyTorch on MNIST from memory, on one thread.

Arguments: the folder of the IDX files, seconds to measure, 1 to train the decoder too or 0, 1 to keep
the channels last or 0. Whoever starts it sets the memory allocator. The first seconds warm up. Prints
the images a second.
"""

import sys
import time

import torch

from vision_network import Joint, load, loss_of

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
folder, seconds, decodes = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "1"
layout = torch.channels_last if sys.argv[4] == "1" else torch.contiguous_format
BATCH = 64


pixels, labels = load(folder, "train")
images = (pixels.float() / 255).to(memory_format=layout)
network = Joint().to(memory_format=layout)
parameters = [*network.encoder.parameters(), *network.head.parameters()]
parameters += [*network.decoder.parameters()] if decodes else []
optimizer = torch.optim.Adam(parameters, lr=1e-3)


def step(at):
    batch, target = images[at:at + BATCH], labels[at:at + BATCH]
    optimizer.zero_grad()
    loss = loss_of(network, batch, target, decodes)
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
