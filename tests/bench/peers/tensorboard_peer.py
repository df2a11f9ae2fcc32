"""TensorBoard's two readers of event files: the EventAccumulator in Python, and the data server in Rust.

Each line of standard input is JSON: {"reader": "EventAccumulator" or "data server", "folder": ..., "tag": ..., "last": step}.
The answer to it is the sum and number of all values, once they have all been read anew.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc
import tensorboard_data_server
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.data import grpc_provider
from tensorboard.data.proto import data_provider_pb2

RESPONSE_BYTES = 256 * 1024 * 1024


def accumulator(folder, tag, last):
    sizes = {event_accumulator.SCALARS: 0}
    events = event_accumulator.EventAccumulator(folder, size_guidance=sizes)
    events.Reload()
    return [event.value for event in events.Scalars(tag)]


def server(folder, tag, last):
    """As TensorBoard starts it, but asked as soon as it can answer, and for every point."""
    with tempfile.TemporaryDirectory() as place:
        port_file = Path(place, "port")
        flags = ["--reload=once", "--samples-per-plugin=scalars=all", "--port=0", "--die-after-stdin"]
        process = subprocess.Popen(
            [tensorboard_data_server.server_binary(), f"--logdir={folder}", f"--port-file={port_file}", *flags],
            stdin=subprocess.PIPE,
        )
        try:
            while not (port_file.exists() and port_file.read_text().endswith("\n")):
                time.sleep(0.001)
            options = [("grpc.max_receive_message_length", RESPONSE_BYTES)]
            address = f"localhost:{int(port_file.read_text())}"
            with grpc.insecure_channel(address, options=options) as channel:
                return all_values(grpc_provider.make_stub(channel), tag, last)
        finally:
            process.stdin.close()
            process.wait()


def all_values(stub, tag, last):
    listing = data_provider_pb2.ListScalarsRequest()
    listing.plugin_filter.plugin_name = "scalars"
    while True:
        answer = stub.ListScalars(listing)
        steps = [entry.metadata.max_step for run in answer.runs for entry in run.tags]
        if steps and max(steps) >= last:
            break
        time.sleep(0.002)
    reading = data_provider_pb2.ReadScalarsRequest()
    reading.plugin_filter.plugin_name = "scalars"
    reading.run_tag_filter.tags.names.append(tag)
    reading.downsample.num_points = last + 1
    data = stub.ReadScalars(reading).runs[0].tags[0].data
    return list(data.value)


for line in sys.stdin:
    asked = json.loads(line)
    values = {"EventAccumulator": accumulator, "data server": server}[asked.pop("reader")](**asked)
    print(json.dumps({"points": len(values), "sum": sum(values)}), flush=True)
