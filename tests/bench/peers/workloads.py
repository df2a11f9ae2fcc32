"""What is trained: the definitions that every system reads, and examples to learn from."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np

DEFINITIONS = json.loads((Path(__file__).parent.parent / "engine" / "workloads.json").read_text())
EXAMPLES, RATE = DEFINITIONS["examples"], DEFINITIONS["rate"]


def workload_of(name):
    """The workload as an object, as workload.ts has it; attention is None where there is none; and features,
    updates_per_epoch."""
    fields = {"attention": None, **DEFINITIONS["workloads"][name]}
    if fields["attention"] is not None:
        fields["attention"] = SimpleNamespace(**fields["attention"])
    return SimpleNamespace(
        **fields, features=int(np.prod(fields["shape"])), updates_per_epoch=EXAMPLES // fields["batch"]
    )


def labelled_noise(workload):
    """Seeded normal noise, row by row, and its labels by a random linear map: a class, or 0 or 1."""
    random = np.random.default_rng(0)
    x = random.standard_normal((EXAMPLES, workload.features), dtype=np.float32)
    scores = x @ random.standard_normal((workload.features, workload.outputs), dtype=np.float32)
    labels = scores[:, 0] > 0 if workload.outputs == 1 else scores.argmax(1)
    return x, labels.astype(np.int64)


def targets(workload, labels):
    """What losses compare with: one-hot rows; for one output the label itself."""
    if workload.outputs == 1:
        return labels.astype(np.float32)[:, None]
    return np.eye(workload.outputs, dtype=np.float32)[labels]
