"""The contestant's end of a comparison, as `tests/bench/engine/answer_blocks.ts` is for ours: a JSON object a line."""

import json
import os
import resource
import sys

BLOCK_MS = 500
LONG_ENOUGH_MS = 50


def resident_peak():
    """Most bytes that this process has held in memory; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def on_cpu():
    """What is told of a contestant that knows no other device."""
    return {"device": "CPU", "peakBytes": resident_peak()}


def answer_blocks(prepare, about=on_cpu):
    """Serves standard input.

    `prepare(workload)` gives (mean loss over the first epoch, grain, run); `run(updates)` makes that many updates, a
    multiple of the grain, and gives the milliseconds of one. `about()` gives what `tests/bench/engine/told.ts` says.
    """
    # Libraries print where they like: the answers keep the true standard output to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    run = updates = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "run" in asked:
                say({"msPerUpdate": run(updates)})
                continue
            if "about" in asked:
                say(about())
                continue
            loss, grain, run = prepare(asked["workload"])
            updates = block_size(grain, run)
            say({"ready": True, "loss": loss})
        except Exception as error:  # whatever it is, the comparison goes on without this contestant
            lines = str(error).strip().splitlines() or [""]
            say({"fails": f"{type(error).__name__}: {lines[0]}"})


def block_size(grain, run):
    """Updates of about half a second; warms up on the way, so that compiling is not counted."""
    run(grain)
    updates, ms = grain, run(grain)
    while ms * updates < LONG_ENOUGH_MS:
        updates *= 4
        ms = run(updates)
    return max(1, round(BLOCK_MS / ms / grain)) * grain
