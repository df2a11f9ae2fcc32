"""marimo's server without a browser: how long until its first page, and until a change has reached the last cell.

Each line of standard input is JSON, and so is the answer to it, a number of milliseconds:
{"do": "serve"}                                  a server starts; its first HTML is here
{"do": "open", "cells": n}                       a page of a chain of n cells is open, and all have run
{"do": "change", "cells": n, "value": v}         the slider is set; the last cell's output is here
{"do": "burst", "cells": n, "value": v, "count": k}  it is set to v, v + 1, ... v + k - 1 at once; the last output is here
"""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import websockets

WAIT_SECONDS = 60
HEAD = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    return (mo,)


@app.cell
def _(mo):
    root = mo.ui.slider(0, 1_000_000, value=0, label="root")
    root
    return (root,)


"""
LINK = """@app.cell
def _({before}):
    {name} = {value} + 1
    {name}
    return ({name},)


"""
END = """if __name__ == "__main__":
    app.run()
"""


def chain(cells):
    links = []
    for i in range(cells):
        before, value = ("root", "root.value") if i == 0 else (f"v{i - 1}", f"v{i - 1}")
        links.append(LINK.format(before=before, value=value, name=f"v{i}"))
    return HEAD + "".join(links) + END


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A marimo that serves one notebook as an app; `html` is its first page."""

    def __init__(self, notebook):
        self.port = free_port()
        marimo = Path(sys.executable).with_name("marimo")
        flags = ["-q", "run", notebook, "--headless", "--no-token", "-p", str(self.port)]
        self.began = time.perf_counter()
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            [marimo, *flags], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        self.html = None
        while self.html is None:
            self.html = self.page()
        self.milliseconds = (time.perf_counter() - self.began) * 1e3

    def page(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            html = answer.read().decode()
            return html if answer.status == 200 and "<html" in html else None
        except OSError:
            if self.process.poll() is not None:
                raise RuntimeError(f"marimo ended with code {self.process.returncode}")
            time.sleep(0.005)
            return None
        finally:
            connection.close()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Page:
    """What a browser would hear and say: outputs over the socket, values by POST."""

    def __init__(self, server, cells):
        self.server = server
        self.cells = cells
        self.session = f"s_{uuid.uuid4().hex[:6]}"
        self.slider = None
        found = re.search(r'"serverToken":\s*"([^"]+)"|data-token="([^"]+)"', server.html)
        self.token = next((group for group in found.groups() if group), "") if found else ""
        self.posts = http.client.HTTPConnection("127.0.0.1", server.port)

    async def open(self):
        host = f"127.0.0.1:{self.server.port}"
        address = f"ws://{host}/ws?session_id={self.session}"
        self.socket = await websockets.connect(
            address, max_size=None, origin=f"http://{host}", compression=None
        )
        await self.shown(0)
        return self

    def post(self, value):
        headers = {
            "Content-Type": "application/json",
            "Marimo-Session-Id": self.session,
            "Marimo-Server-Token": self.token,
        }
        body = json.dumps({"objectIds": [self.slider], "values": [value]})
        self.posts.request("POST", "/api/kernel/set_ui_element_value", body, headers)
        answer = self.posts.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"marimo answered {answer.status}: {said[:300]}")

    async def shown(self, root):
        """Returns when an output holds what the last cell shows for this root."""
        last = str(root + self.cells)
        whole = re.compile(rf"(?<!\d){last}(?!\d)")
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), WAIT_SECONDS)
            # most messages are told apart before they are parsed: what is measured is marimo, not this reader
            if self.slider is not None and last not in raw:
                continue
            message = json.loads(raw)
            if message.get("op") != "cell-op":
                continue
            output = message["data"].get("output") or {}
            data, kind = output.get("data"), output.get("mimetype", "")
            if not isinstance(data, str):
                continue
            slider = re.search(r"object-id=['\"]([^'\"]+)['\"]", data)
            if slider and "slider" in data:
                self.slider = slider.group(1)
            elif kind.startswith("text/") and whole.search(data):
                return

    async def change(self, values):
        began = time.perf_counter()
        for value in values:
            await asyncio.to_thread(self.post, value)
        await self.shown(values[-1])
        return (time.perf_counter() - began) * 1e3


async def answer(asked, folder, servers, pages):
    cells = asked.get("cells", 30)
    notebook = folder / f"chain{cells}.py"
    notebook.write_text(chain(cells))
    if asked["do"] == "serve":
        server = Server(notebook)
        server.stop()
        return server.milliseconds
    if asked["do"] == "open":
        server = Server(notebook)
        servers.append(server)
        pages[cells] = await Page(server, cells).open()
        return (time.perf_counter() - server.began) * 1e3
    first = asked["value"]
    return await pages[cells].change(list(range(first, first + asked.get("count", 1))))


async def main():
    servers, pages = [], {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            while line := await asyncio.to_thread(sys.stdin.readline):
                print(json.dumps(await answer(json.loads(line), Path(folder), servers, pages)), flush=True)
        finally:
            for server in servers:
                server.stop()


asyncio.run(main())
