"""Sequences of updates by the real libraries: python make.py && deno fmt *.json (needs torch, optax, jax, numpy).

Two parameters, one that decays by mask and one that does not, under the same 20 gradients; all in double precision.
"""

import json
from pathlib import Path

import jax
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)

STEPS, RATE = 20, 0.01
random = np.random.default_rng(7)
START = [random.normal(size=4), random.normal(size=3)]
# of many sizes: tiny ones tell where an epsilon stands
SCALES = [np.array([1, 1e-3, 1e-8, 30.0]), np.array([1, 0.1, 1e-6])]
GRADIENTS = [[random.normal(size=scale.size) * scale for scale in SCALES] for _ in range(STEPS)]
RATES = [RATE * (1 + 0.5 * np.sin(step)) for step in range(STEPS)]


def by_torch(make, mask_option):
    """Parameters after each update; with a mask only the first of the two decays."""

    def run(mask):
        parameters = [torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in START]
        groups = [{"params": [parameters[0]]}, {"params": [parameters[1]]}]
        if mask == "weights":
            groups[1][mask_option] = 0.0
        optimizer = make(groups)
        rows = []
        for rate, gradients in zip(RATES, GRADIENTS):
            for group in optimizer.param_groups:
                group["lr"] = rate
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = torch.tensor(gradient)
            optimizer.step()
            rows.append([parameter.tolist() for parameter in parameters])
        return rows

    return run


def by_optax(make):
    def run(mask):
        parameters = [jax.numpy.asarray(start) for start in START]
        optimizer = optax.inject_hyperparams(make(mask))(learning_rate=RATE)
        state = optimizer.init(parameters)
        rows = []
        for rate, gradients in zip(RATES, GRADIENTS):
            state.hyperparams["learning_rate"] = rate
            updates, state = optimizer.update([jax.numpy.asarray(g) for g in gradients], state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            rows.append([parameter.tolist() for parameter in parameters])
        return rows

    return run


def lion(decay=1e-3, **options):
    def make(mask):
        chosen = [True, False] if mask == "weights" else None
        return lambda learning_rate: optax.lion(learning_rate, weight_decay=decay, mask=chosen, **options)

    return by_optax(make)


def sgd(**options):
    return by_torch(lambda groups: torch.optim.SGD(groups, lr=RATE, **options), "weight_decay")


def of(kind, **options):
    return by_torch(lambda groups: kind(groups, lr=RATE, **options), "weight_decay")


CASES = [
    ({"kind": "sgd"}, sgd()),
    ({"kind": "sgd", "decay": 0.3}, sgd(weight_decay=0.3)),
    ({"kind": "momentum"}, sgd(momentum=0.9)),
    ({"kind": "momentum", "beta": 0.5, "decay": 0.3, "mask": "all"}, sgd(momentum=0.5, weight_decay=0.3)),
    ({"kind": "nesterov"}, sgd(momentum=0.9, nesterov=True)),
    ({"kind": "nesterov", "beta": 0.7, "decay": 0.3}, sgd(momentum=0.7, nesterov=True, weight_decay=0.3)),
    ({"kind": "rmsprop"}, of(torch.optim.RMSprop)),
    ({"kind": "rmsprop", "beta": 0.9, "epsilon": 1e-6, "decay": 0.3}, of(torch.optim.RMSprop, alpha=0.9, eps=1e-6, weight_decay=0.3)),
    ({"kind": "adam"}, of(torch.optim.Adam)),
    ({"kind": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6}, of(torch.optim.Adam, betas=(0.8, 0.95), eps=1e-6)),
    ({"kind": "adamw"}, of(torch.optim.AdamW)),
    ({"kind": "adamw", "decay": 0.5, "mask": "all"}, of(torch.optim.AdamW, weight_decay=0.5)),
    ({"kind": "lion"}, lion()),
    ({"kind": "lion", "beta1": 0.8, "beta2": 0.95, "decay": 0.5, "mask": "all"}, lion(0.5, b1=0.8, b2=0.95)),
]

average = optax.ema(0.9, debias=True)
state, averages = average.init(jax.numpy.zeros(4)), []
for gradients in GRADIENTS:
    value, state = average.update(jax.numpy.asarray(gradients[0]), state)
    averages.append(value.tolist())

golden = {
    "meta": {
        "made by": "make.py",
        "torch": torch.__version__,
        "optax": optax.__version__,
        "jax": jax.__version__,
        "precision": "float64",
        "tolerance": "float32 rounding over 20 updates: 2e-6 × max(1, |value|)",
    },
    "start": [start.tolist() for start in START],
    "decays": [True, False],
    "rates": RATES,
    "gradients": [[gradient.tolist() for gradient in gradients] for gradients in GRADIENTS],
    "cases": [
        {"optimizer": optimizer, "parameters": run(optimizer.get("mask", "weights"))} for optimizer, run in CASES
    ],
    "average": {"of": "the gradients of the first parameter", "decay": 0.9, "values": averages},
}
Path(__file__).with_name("optimizers.json").write_text(json.dumps(golden, indent=1) + "\n")
