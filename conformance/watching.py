"""What is seen of a server from outside while others ask it: how soon it says that it is alive, and its memory."""

import http.client
import multiprocessing
import pathlib
import time
from urllib.parse import urlsplit

PULSE = 0.025


class Pulse:
    """Asks `/healthz` all the while, in a process of its own: beside a busy interpreter it would measure that one."""

    def __init__(self, base_url):
        self.ended = multiprocessing.Event()
        self.ours, theirs = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(target=beat, args=(base_url, self.ended, theirs), daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.times = sorted(self.ours.recv())
        self.process.join()

    def percentile(self, percent):
        return self.times[min(len(self.times) - 1, len(self.times) * percent // 100)]


def beat(base_url, ended, results):
    address, times = urlsplit(base_url).netloc, []
    while not ended.wait(PULSE):
        connection = http.client.HTTPConnection(address, timeout=30)
        start = time.perf_counter()
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
        times.append((time.perf_counter() - start) * 1e3 if status == 200 else float("inf"))
        connection.close()
    results.send(times)


def resident(process):
    """What of a process lies in memory, in MB of 2^20 bytes."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def settled(process, most, patience):
    """Its memory once it is at most that, or after so many seconds."""
    until = time.monotonic() + patience
    while resident(process) > most and time.monotonic() < until:
        time.sleep(0.25)
    return resident(process)
