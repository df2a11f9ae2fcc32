"""Prints what Python's safetensors finds in a file, as JSON: python3 read_ours.py FILE"""
import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="np") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps({
        "metadata": file.metadata(),
        "tensors": {
            name: {"dtype": str(a.dtype), "shape": list(a.shape), "hex": a.tobytes().hex()}
            for name, a in tensors.items()
        },
    }))
