"""PyTorch as its users write it: eager, or with `compile` as argument the same update under torch.compile."""

import os
import sys
import time

import torch
from torch import nn

from answer_blocks import answer_blocks
from workloads import RATE, labelled_noise, workload_of

COMPILED = sys.argv[1:] == ["compile"]
torch.set_num_threads(os.cpu_count())


def network_of(workload):
    layers, channels, side = [], 1, workload.shape[0]
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


def prepare(name):
    torch.manual_seed(0)
    workload = workload_of(name)
    x, labels = labelled_noise(workload)
    x = torch.from_numpy(x)
    if workload.filters:
        x = x.reshape(-1, 1, *workload.shape[:2])
    if workload.outputs == 1:
        y, loss_of = torch.from_numpy(labels).float()[:, None], nn.BCEWithLogitsLoss()
    else:
        y, loss_of = torch.from_numpy(labels), nn.CrossEntropyLoss()
    network = network_of(workload)
    optimizer = torch.optim.Adam(network.parameters(), RATE)

    def update(x, y):
        optimizer.zero_grad()
        loss = loss_of(network(x), y)
        loss.backward()
        optimizer.step()
        return loss

    if COMPILED:
        update = torch.compile(update)
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


answer_blocks(prepare)
