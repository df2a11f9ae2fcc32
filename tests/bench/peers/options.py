"""What a peer is told by its arguments: `[mode] [--device=cuda:0] [--tf32]`."""

import sys
from types import SimpleNamespace


def options():
    """mode: the first word, else None; platform: cpu, cuda or rocm; index: of its device; tf32: whether it may round."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    named = [word.removeprefix("--device=") for word in sys.argv[1:] if word.startswith("--device=")]
    platform, _, index = (named or ["cpu"])[0].partition(":")
    return SimpleNamespace(
        mode=words[0] if words else None, platform=platform, index=int(index or 0), tf32="--tf32" in sys.argv
    )
