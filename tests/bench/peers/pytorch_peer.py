"""PyTorch as its users write it: eager; with `compile` the same update under torch.compile; with `graph` one recorded
CUDA graph of it, replayed with each batch."""

import os
import time

import torch
from torch import nn

from answer_blocks import answer_blocks, resident_peak
from options import options
from workloads import RATE, labelled_noise, workload_of

OPTIONS = options()
ON_CPU = OPTIONS.platform == "cpu"
# PyTorch names AMD's devices as NVIDIA's
DEVICE = torch.device("cpu") if ON_CPU else torch.device("cuda", OPTIONS.index)
torch.set_num_threads(os.cpu_count())
torch.backends.cuda.matmul.allow_tf32 = OPTIONS.tf32
torch.backends.cudnn.allow_tf32 = OPTIONS.tf32


def about():
    return {
        "library": f"PyTorch {torch.__version__}",
        "device": "CPU" if ON_CPU else torch.cuda.get_device_name(DEVICE),
        "tf32": torch.backends.cuda.matmul.allow_tf32 and torch.backends.cudnn.allow_tf32,
        "peakBytes": resident_peak() if ON_CPU else torch.cuda.max_memory_allocated(DEVICE),
    }


class Transformer(nn.Module):
    """The encoder of PyTorch's own, the mean over the sequence, and logits."""

    def __init__(self, workload):
        super().__init__()
        width, heads, blocks = workload.attention.width, workload.attention.heads, workload.attention.blocks
        layer = {"dropout": 0.0, "activation": "relu", "batch_first": True, "norm_first": True}
        self.inward = nn.Linear(workload.shape[1], width)
        self.blocks = nn.Sequential(
            *[nn.TransformerEncoderLayer(width, heads, 4 * width, **layer) for _ in range(blocks)]
        )
        self.norm, self.outward = nn.LayerNorm(width), nn.Linear(width, workload.outputs)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.xavier_normal_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, x):
        return self.outward(self.norm(self.blocks(self.inward(x))).mean(1))


def network_of(workload):
    if workload.attention:
        return Transformer(workload)
    channels, side = workload.shape[-1] if workload.filters else 1, workload.shape[0]
    layers = []
    for filters in workload.filters:
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels, side = filters, side // 2
    width = workload.features
    if workload.filters:
        layers.append(nn.Flatten())
        width = channels * side * side
    for units in workload.hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    layers.append(nn.Linear(width, workload.outputs))
    network = nn.Sequential(*layers)
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            if len(layers) == 1:
                nn.init.zeros_(layer.weight)
            else:
                nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network


def graph_of(update, x, y):
    """The update as a CUDA graph: it reads one batch's memory, into which each batch is copied. Recording it takes four
    updates, of the first batch."""
    if ON_CPU:
        raise ValueError("a CPU has no CUDA graphs")
    given_x, given_y, aside = x.clone(), y.clone(), torch.cuda.Stream(DEVICE)
    aside.wait_stream(torch.cuda.current_stream(DEVICE))
    with torch.cuda.device(DEVICE), torch.cuda.stream(aside):
        for _ in range(3):
            update(given_x, given_y)
    torch.cuda.current_stream(DEVICE).wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(DEVICE), torch.cuda.graph(graph):
        loss = update(given_x, given_y)

    def replay(x, y):
        given_x.copy_(x)
        given_y.copy_(y)
        graph.replay()
        return loss

    return replay


def prepare(name):
    torch.manual_seed(0)
    workload = workload_of(name)
    x, labels = labelled_noise(workload)
    x = torch.from_numpy(x)
    if workload.filters:  # channels first, as PyTorch keeps them
        x = x.reshape(-1, *workload.shape).permute(0, 3, 1, 2).contiguous()
    elif workload.attention:
        x = x.reshape(-1, *workload.shape)
    if workload.outputs == 1:
        y, loss_of = torch.from_numpy(labels).float()[:, None], nn.BCEWithLogitsLoss()
    else:
        y, loss_of = torch.from_numpy(labels), nn.CrossEntropyLoss()
    x, y, network = x.to(DEVICE), y.to(DEVICE), network_of(workload).to(DEVICE)
    optimizer = torch.optim.Adam(network.parameters(), RATE, capturable=OPTIONS.mode == "graph")

    def update(x, y):
        optimizer.zero_grad()
        loss = loss_of(network(x), y)
        loss.backward()
        optimizer.step()
        return loss

    if OPTIONS.mode == "compile":
        update = torch.compile(update)
    if OPTIONS.mode == "graph":
        update = graph_of(update, x[: workload.batch], y[: workload.batch])
    position = 0

    def next_update():
        nonlocal position
        first = position * workload.batch
        position = (position + 1) % workload.updates_per_epoch
        return update(x[first : first + workload.batch], y[first : first + workload.batch])

    def run(updates):
        began = time.perf_counter()
        for _ in range(updates):
            loss = next_update()
        loss.item()  # read once a block, as a progress line would
        return (time.perf_counter() - began) / updates * 1e3

    losses = [next_update().item() for _ in range(workload.updates_per_epoch)]
    return sum(losses) / len(losses), 1, run


answer_blocks(prepare, about)
