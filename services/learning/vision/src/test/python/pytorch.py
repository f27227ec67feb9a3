"""Writes golden/pytorch-*.txt: what PyTorch (1.13, Debian's python3-torch) makes of a few steps.

Weights, images and labels are made by formulas that PyTorchContract repeats, so that the files hold
only results: for every step the scores and pixels before it, afterwards some elements of every
tensor. Run in this folder: /usr/bin/python3 pytorch.py
"""

import numpy as np
import torch
import torch.nn.functional as F

CLASSES, HIDDEN, SIDE, STEPS = 3, 8, 12, 5
PRESETS = {
    # name: channels, padded, weight of the head's loss, of the decoder's, optimizer
    "adam": (1, True, 1, 1, lambda p: torch.optim.Adam(p, lr=1e-3)),
    "sgd": (3, True, 1, 1, lambda p: torch.optim.SGD(p, lr=0.01)),
    "momentum": (1, True, 0.5, 4, lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
    "unpadded": (1, False, 1, 1, lambda p: torch.optim.Adam(p, lr=1e-3)),
}


def hashed(count, stream):
    """Numbers in [0, 2^32) by place and stream."""
    h = (np.arange(count, dtype=np.uint64) + np.uint64(1_000_003 * stream)) * np.uint64(2_654_435_761)
    h &= np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    return (h * np.uint64(2_246_822_519)) & np.uint64(0xFFFFFFFF)


class Network(torch.nn.Module):
    """SimpleCNN of the source articles, and the decoder on the same encoder."""

    def __init__(self, channels, padded):
        super().__init__()
        pad = 1 if padded else 0
        side = ((SIDE - 2 + 2 * pad) // 2 - 2 + 2 * pad) // 2
        up = dict(kernel_size=3, stride=2, padding=1, output_padding=1)
        self.conv1 = torch.nn.Conv2d(channels, 32, 3, padding=pad)
        self.conv2 = torch.nn.Conv2d(32, 64, 3, padding=pad)
        self.fc1 = torch.nn.Linear(64 * side * side, HIDDEN)
        self.fc2 = torch.nn.Linear(HIDDEN, CLASSES)
        self.deconv1 = torch.nn.ConvTranspose2d(64, 32, **up)
        self.deconv2 = torch.nn.ConvTranspose2d(32, channels, **up)

    def forward(self, x):
        encoded = F.max_pool2d(F.relu(self.conv1(x)), 2)
        encoded = F.max_pool2d(F.relu(self.conv2(encoded)), 2)
        scores = self.fc2(F.relu(self.fc1(encoded.flatten(1))))
        return scores, torch.sigmoid(self.deconv2(F.relu(self.deconv1(encoded))))


def stretched(images, side):
    if images.shape[-1] == side:
        return images
    return F.interpolate(images, size=(side, side), mode="bilinear", antialias=True)


def line(out, *words):
    out.write(" ".join(w if isinstance(w, str) else "%.9g" % w for w in words) + "\n")


def run(name, channels, padded, head_weight, decoder_weight, optimizer):
    network = Network(channels, padded)
    with torch.no_grad():
        for stream, key in enumerate(sorted(network.state_dict())):
            tensor = network.state_dict()[key]
            bound = 0.3 if tensor.numel() < 1000 else 0.06
            values = bound * (hashed(tensor.numel(), stream) / 2**31 - 1)
            tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))
    steps = optimizer(network.parameters())
    with open(f"../resources/golden/pytorch-{name}.txt", "w") as out:
        for step in range(STEPS):
            count = 3 if step == 2 else 6
            samples = hashed(count * channels * SIDE * SIDE, 100 + step) >> np.uint64(24)
            images = torch.from_numpy((samples.astype(np.float32) / np.float32(255)))
            images = images.reshape(count, channels, SIDE, SIDE)
            labels = torch.tensor([(7 * step + 5 * i) % (CLASSES + 1) for i in range(count)])
            scores, decoded = network(images)
            line(out, "scores", *scores.flatten().tolist())
            line(out, "pixels", *stretched(decoded, SIDE).flatten().tolist()[::7])
            known = labels < CLASSES
            loss = decoder_weight * F.mse_loss(decoded, stretched(images, decoded.shape[-1]))
            loss = loss + head_weight * F.cross_entropy(scores[known], labels[known])
            steps.zero_grad()
            loss.backward()
            steps.step()
        for key, tensor in sorted(network.state_dict().items()):
            values = tensor.flatten().tolist()
            line(out, key, *values[:: max(1, len(values) // 25)])


torch.set_num_threads(1)
for preset, arguments in PRESETS.items():
    run(preset, *arguments)
