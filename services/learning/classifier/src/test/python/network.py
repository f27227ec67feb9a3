"""Trains the article's SimpleNN with PyTorch, a few steps in single precision: golden/network.tsv.

Usage: python3 network.py > ../resources/golden/network.tsv     (Debian: python3-torch; made with 1.13)

Each line is: case, what, numbers. Matrices are row by row, as nn.Linear has them. `documents.N` is step N's batch, a
number for each document and term, 0 for a term that the document lacks; `scores.N` are the scores before that step.

 - adam-dense: every document holds every term; one torch.optim.Adam.
 - adam: documents hold some terms; torch.optim.SparseAdam for the terms' weights, torch.optim.Adam for the others.
 - adagrad: torch.optim.Adagrad.
 - rowwise-adagrad: the terms' weights by the formula, on PyTorch's gradients; torch.optim.Adagrad for the others.
"""
import torch
from torch import nn

TERMS, HIDDEN, CLASSES, BATCH, STEPS = 12, 5, 3, 4, 6
RATE, DENSE_RATE = 0.1, 0.03


class SimpleNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(TERMS, HIDDEN)
        self.fc2 = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


class RowwiseAdagrad:
    """A row is a term: a column of fc1.weight."""

    def __init__(self, weight):
        self.weight = weight
        self.squares = torch.zeros(TERMS)

    def step(self):
        gradient = self.weight.grad
        self.squares += (gradient**2).mean(0)
        with torch.no_grad():
            self.weight -= RATE * gradient / (self.squares.sqrt() + 1e-10)


class SparseAdam:
    """torch.optim.SparseAdam, with rows for the columns of fc1.weight that a batch holds.

    It adds epsilon before the second moment's correction, torch.optim.Adam after it; we do as Adam does, here by giving it
    an epsilon corrected likewise.
    """

    def __init__(self, weight):
        self.weight = weight
        self.rows = nn.Parameter(weight.detach().t().clone())
        self.optimizer = torch.optim.SparseAdam([self.rows], lr=RATE)
        self.steps = 0

    def step(self, held):
        index = held.nonzero().flatten()
        gradient = self.weight.grad.t()[index]
        self.rows.grad = torch.sparse_coo_tensor(index[None], gradient, (TERMS, HIDDEN))
        self.steps += 1
        self.optimizer.param_groups[0]["eps"] = 1e-8 * (1 - 0.999**self.steps) ** 0.5
        self.optimizer.step()
        with torch.no_grad():
            self.weight.copy_(self.rows.t())


def write(case, what, tensor):
    print(case, what, " ".join(repr(x) for x in tensor.detach().flatten().tolist()), sep="\t")


def run(case):
    torch.manual_seed(7)
    model = SimpleNN()
    for name, weights in model.state_dict().items():
        write(case, "initial." + name, weights)
    others = [model.fc1.bias, model.fc2.weight, model.fc2.bias]
    if case == "adam-dense":
        optimizers = [torch.optim.Adam([{"params": others, "lr": DENSE_RATE}, {"params": [model.fc1.weight]}], lr=RATE)]
    elif case == "adam":
        optimizers = [torch.optim.Adam(others, lr=DENSE_RATE)]
    else:
        optimizers = [torch.optim.Adagrad(others, lr=DENSE_RATE)]
    terms = {
        "adam-dense": lambda: None,
        "adam": lambda: SparseAdam(model.fc1.weight),
        "adagrad": lambda: torch.optim.Adagrad([model.fc1.weight], lr=RATE),
        "rowwise-adagrad": lambda: RowwiseAdagrad(model.fc1.weight),
    }[case]()
    for step in range(STEPS):
        documents = torch.rand(BATCH, TERMS)
        if case != "adam-dense":
            documents *= torch.rand(BATCH, TERMS) < 0.25
        labels = torch.randint(CLASSES, (BATCH,))
        scores = model(documents)
        write(case, f"documents.{step}", documents)
        write(case, f"labels.{step}", labels)
        write(case, f"scores.{step}", scores)
        model.zero_grad()
        nn.functional.cross_entropy(scores, labels).backward()
        for optimizer in optimizers:
            optimizer.step()
        if case == "adam":
            terms.step(documents.sum(0) > 0)
        elif terms is not None:
            terms.step()
    for name, weights in model.state_dict().items():
        write(case, "final." + name, weights)


for case in ["adam-dense", "adam", "adagrad", "rowwise-adagrad"]:
    run(case)
