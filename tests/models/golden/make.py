"""Losses, gradients and moving statistics of networks by PyTorch: python make.py && deno fmt *.json (needs torch, numpy).

Parameters and data are sines of their index (`numbers`), which the test makes again; all in double precision.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F


def numbers(shape, seed, scale=0.5):
    return torch.tensor(scale * np.sin(seed * 97.3 + 1.7 * np.arange(np.prod(shape))).reshape(shape), dtype=torch.float64)


def norm(y, scale, shift, statistics):
    axes = [0] if y.ndim == 2 else [0, 2, 3]
    # the batch's own variance, where torch.nn.BatchNorm moves by n / (n - 1) of it
    statistics += [0.1 * y.mean(axes), 0.9 + 0.1 * y.var(axes, correction=0)]
    return F.batch_norm(y, None, None, scale, shift, training=True, eps=1e-5)


def mlp(layers, activation, batch_norm):
    def forward(parameters, x, statistics):
        parameters = iter(parameters)
        for _ in layers[1:-1]:
            x = x @ next(parameters)
            x = norm(x, next(parameters), next(parameters), statistics) if batch_norm else x + next(parameters)
            x = activation(x)
        return x @ next(parameters) + next(parameters)

    return forward


def convnet(shape, blocks, batch_norm):
    def forward(parameters, x, statistics):
        parameters = iter(parameters)

        def activated(y):
            if batch_norm:
                return F.relu(norm(y, next(parameters), next(parameters), statistics))
            bias = next(parameters)
            return F.relu(y + bias.reshape(1, -1, *([1] * (y.ndim - 2))))

        x = x.reshape(-1, *shape).permute(0, 3, 1, 2)
        for _ in range(blocks):
            filters = next(parameters).permute(3, 2, 0, 1)
            x = F.max_pool2d(activated(F.conv2d(x, filters, padding="same")), 2)
        x = activated(x.permute(0, 2, 3, 1).flatten(1) @ next(parameters))
        return x @ next(parameters) + next(parameters)

    return forward


def softmax(y, target):
    return F.cross_entropy(y, target)


SHARES = torch.softmax(3 * numbers((6, 3), 9), 1)
YES = (numbers((6, 1), 9) > 0).double()
VALUES = numbers((6, 2), 9)
CASES = [
    ({"kind": "mlp", "layers": [5, 7, 4, 3]}, [(5, 7), 7, (7, 4), 4, (4, 3), 3], mlp([5, 7, 4, 3], F.relu, False), softmax, SHARES),
    ({"kind": "mlp", "layers": [5, 7, 4, 2], "activation": "tanh", "batchNorm": True, "loss": "meanSquaredError"},
     [(5, 7), 7, 7, (7, 4), 4, 4, (4, 2), 2], mlp([5, 7, 4, 2], torch.tanh, True), F.mse_loss, VALUES),
    ({"kind": "logistic", "features": 5}, [(5, 1), 1], mlp([5, 1], None, False), F.binary_cross_entropy_with_logits, YES),
    ({"kind": "logistic", "features": 5, "classes": 3}, [(5, 3), 3], mlp([5, 3], None, False), softmax, SHARES),
    ({"kind": "convnet", "shape": [7, 6, 2], "filters": [4, 5], "dense": 8, "classes": 3},
     [(3, 3, 2, 4), 4, (3, 3, 4, 5), 5, (5, 8), 8, (8, 3), 3], convnet((7, 6, 2), 2, False), softmax, SHARES),
    ({"kind": "convnet", "shape": [8, 8], "filters": [4], "kernel": 4, "dense": 8, "classes": 3, "batchNorm": True},
     [(4, 4, 1, 4), 4, 4, (64, 8), 8, 8, (8, 3), 3], convnet((8, 8, 1), 1, True), softmax, SHARES),
]

cases = []
for model, shapes, forward, loss_of, target in CASES:
    shapes = [shape if isinstance(shape, tuple) else (shape,) for shape in shapes]
    parameters = [numbers(shape, i + 1).requires_grad_() for i, shape in enumerate(shapes)]
    features = model.get("features") or model.get("layers", [0])[0] or int(np.prod(model["shape"]))
    statistics = []
    loss = loss_of(forward(parameters, numbers((6, features), 8, 1.0), statistics), target)
    loss.backward()
    cases.append({
        "model": model,
        "target": target.tolist(),
        "loss": loss.item(),
        "gradients": [parameter.grad.flatten().tolist() for parameter in parameters],
        "statistics": [statistic.tolist() for statistic in statistics],
    })

meta = {"made by": "make.py", "torch": torch.__version__, "precision": "float64", "tolerance": "float32: 1e-5 × max(1, |value|)"}
Path(__file__).with_name("networks.json").write_text(json.dumps({"meta": meta, "cases": cases}, indent=1) + "\n")
