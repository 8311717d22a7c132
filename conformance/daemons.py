"""Other people's servers, on ports of their own and with quicker clocks, for as long as a check lasts."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

# Reached only when something is wrong, in seconds.
PATIENCE = 45
# Nobody listens there.
NOBODY = "127.0.0.1:1"


class Failed(Exception):
    """An expectation that did not hold."""


def expect(holds, otherwise):
    if not holds:
        raise Failed(otherwise)


def until(what, look, patience=PATIENCE):
    """Looks again until there is something to see; says what was seen last when there never is."""
    end = time.monotonic() + patience
    while True:
        seen, last = look()
        if seen:
            return seen
        expect(time.monotonic() < end, f"waited {patience} s in vain: {what}; {last}")
        time.sleep(0.1)


def tool(*command, stdin=None):
    """Runs one of the tools; it must be content, and say nothing on its standard error."""
    ended = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=PATIENCE)
    expect(ended.returncode == 0 and not ended.stderr, f"{' '.join(command)}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def program(*names):
    """As Debian calls it, or as its makers do."""
    found = next(filter(None, map(shutil.which, names)), None)
    expect(found, f"{names[0]} is missing: scripts/prepare.sh installs it")
    return found


def changed(text, changes):
    """A configuration with some of its texts replaced; each must be there, so that none is replaced in vain."""
    for before, after in changes.items():
        expect(before in text, f"{before!r} is not in the configuration")
        text = text.replace(before, after)
    return text


class Daemon:
    """A server that answers on `url` once it is ready, and is ended with the check."""

    def __init__(self, name, port, ready, *command, home):
        home.mkdir(parents=True, exist_ok=True)
        self.url, self.log = f"http://127.0.0.1:{port}", home / "output"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=home)
        try:
            until(f"{name} is ready", lambda: self.answers(ready))
        except BaseException:
            self.end()
            raise

    def answers(self, ready):
        expect(self.process.poll() is None, f"it ended: {self.log.read_text()[-2000:]}")
        try:
            return get(f"{self.url}{ready}") or True, ""
        except (urllib.error.URLError, ConnectionError) as error:
            return False, str(error)

    def ask(self, path):
        return json.loads(get(f"{self.url}{path}"))

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def prometheus(deploy, scratch, figures, alertmanager):
    """Prometheus as it is deployed, but looking every second, waiting for nothing, and beside ours at a Berth that is down."""
    home = scratch / "prometheus"
    shutil.copytree(deploy / "prometheus", home)
    config = home / "prometheus.yml"
    changes = {"15s": "1s", '"127.0.0.1:9464"': f'"{figures}", "{NOBODY}"', "127.0.0.1:9093": alertmanager}
    config.write_text(changed(config.read_text(), changes))
    rules = home / "rules" / "berth.yml"
    rules.write_text(changed(rules.read_text(), {"for: 1m": "for: 0s"}))
    port = free_port()
    command = [program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={home / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]
    return Daemon("Prometheus", port, "/-/ready", *command, home=home)


def alertmanager(deploy, scratch, webhook, token):
    """Alertmanager as it is deployed, but telling at once, and telling us."""
    home = scratch / "alertmanager"
    home.mkdir(parents=True)
    config = home / "alertmanager.yml"
    changes = {"http://127.0.0.1:8080/hooks/alertmanager": webhook, "/etc/prometheus/berth.token": str(token)}
    changes |= {"group_wait: 30s": "group_wait: 0s", "group_wait: 10s": "group_wait: 0s"}
    config.write_text(changed((deploy / "alertmanager" / "alertmanager.yml").read_text(), changes))
    port = free_port()
    command = [program("prometheus-alertmanager", "alertmanager"), f"--config.file={config}", f"--storage.path={home / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=warn"]
    return Daemon("Alertmanager", port, "/-/ready", *command, home=home)
