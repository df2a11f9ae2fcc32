"""Writes the golden files beside it with Python's safetensors, and what they hold as expected.json.

    pip install safetensors==0.8.0 numpy==2.4.6 && python make.py
"""
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).parent
FILES = {
    "all_kinds": ({
        "dense0.weights": np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3),
        "dense0.bias": np.array([0.1, -0.0, np.inf], dtype=np.float32),
        "updates/loss": np.array([2.302585092994046, np.nan, 5e-324], dtype=np.float64),
        "labels": np.array([-2147483648, 0, 2147483647], dtype=np.int32),
        "bytes": np.arange(5, dtype=np.uint8),
        "scalar": np.array(0.25, dtype=np.float32),
        "empty": np.zeros((0, 4), dtype=np.float32),
        "größe": np.array([1.0], dtype=np.float64),
    }, {"format": "np", "text": "Zeile 1\n\"2\" \u2603"}),
    "no_metadata": ({"x": np.array([1.5], dtype=np.float32)}, None),
    "half": ({"x": np.array([1.5], dtype=np.float16)}, None),
}

expected = {}
for name, (tensors, metadata) in FILES.items():
    save_file(tensors, HERE / f"{name}.safetensors", metadata)
    expected[name] = {
        "metadata": metadata or {},
        "tensors": {
            key: {
                "dtype": {"float32": "F32", "float64": "F64", "int32": "I32", "uint8": "U8", "float16": "F16"}[str(a.dtype)],
                "shape": list(a.shape),
                "hex": a.tobytes().hex(),
            }
            for key, a in tensors.items()
        },
    }
(HERE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
