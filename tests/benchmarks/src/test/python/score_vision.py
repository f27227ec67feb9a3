"""The forward passes of the vision service in PyTorch, class head and decoder, on MNIST from memory.

Arguments: the folder of the IDX files, seconds to measure, threads, images of a batch. With a fifth
argument it measures nothing, but writes the network there as an ONNX file. Tuned as PyTorch's guide
says: channels last, frozen TorchScript. Whoever starts it sets the memory allocator. The first seconds
warm up. Prints the images a second, and the microseconds of processor time an image.
"""

import sys
import time

import torch

from vision_network import Joint, load

folder, seconds, threads, batch = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.set_num_interop_threads(1)

network = Joint().eval()
if len(sys.argv) > 5:
    names = {"input_names": ["images"], "output_names": ["classes", "pixels"]}
    torch.onnx.export(network, torch.zeros(batch, 1, 28, 28), sys.argv[5], opset_version=13, **names)
    sys.exit()

pixels, _ = load(folder, "train")
images = (pixels.float() / 255).to(memory_format=torch.channels_last)
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
