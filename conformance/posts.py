"""The processes that told.py lives with: the simulators, and a server that may be killed and started again. And who asks it."""

import http.client
import itertools
import json
import pathlib
import re
import signal
import subprocess
import time
from urllib.parse import urlencode, urlsplit

# Longer than anything here may take on a machine that is busy with other things.
PATIENCE = 120


class Unanswered(Exception):
    """Nobody was there, or went away before the answer was whole."""


def call(url, method="GET", body=None, headers=None):
    """One request on a connection of its own; answers status and text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(f"{method} {parts.path}: {type(error).__name__}: {error}") from error
    finally:
        connection.close()


def poll(found, what, patience=PATIENCE):
    """Asks again until there is something, and answers it."""
    until = time.monotonic() + patience
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"waited {patience} s in vain: {what}")
        time.sleep(0.02)


class Process:
    """Prints its addresses first. Its pipe is kept open, so that what is printed later does not end it."""

    def __init__(self, command, log, lines=1):
        self.log = log
        with log.open("ab") as stderr:
            self.child = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=stderr, stdin=subprocess.DEVNULL)
        self.addresses = [self.child.stdout.readline().decode().strip() for _ in range(lines)]
        if not all(self.addresses):
            self.end()
            raise RuntimeError(f"{command[1]} did not start: {log.read_text()[-2000:]}")

    def end(self, how=signal.SIGTERM):
        self.child.send_signal(how)
        self.child.wait(60)
        self.child.stdout.close()


class Simulator:
    def __init__(self, berth, directory):
        command = [berth, "sim", "oci", "--bind", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--dir", directory / "cloud"]
        self.process = Process(command, directory / "simulator.log", 4)
        self.cloud, smtp, _, smtps = self.process.addresses
        self.channels = f"{self.cloud}/channels"
        self.smtp, self.smtps = urlsplit(smtp).port, urlsplit(smtps).port

    def control(self, method, what, body=None, **parameters):
        query = f"?{urlencode(parameters)}" if parameters else ""
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        status, answer = call(f"{self.channels}/_control/{what}{query}", method, text and text.encode())
        assert status == 200, f"{what}: {answer}"
        return json.loads(answer)

    def journal(self, **narrowed):
        return self.control("GET", "deliveries", **narrowed)["deliveries"]

    def script(self, text=""):
        self.control("POST", "script", f'[channels]\nceilings = "strict"\n{text}')

    def introduce(self, channel, state="open"):
        sink = {"kind": channel.kind, "to": channel.to, "state": state}
        self.control("POST", "sink", sink | ({"secret": channel.secret} if channel.secret else {}))


class Server:
    """Started as often as it is wanted, always on the same data."""

    def __init__(self, berth, directory, cloud):
        self.data, self.log = directory / "data", directory / "server.log"
        self.answers = []
        self.command = [berth, "serve", "--bind", "127.0.0.1:0", "--data-dir", self.data]
        # Nobody is slowed down here: what is asked is more than one address may ask.
        for setting in (f"oci.endpoint={cloud}", "outbound.allow=loopback", "server.requests_per_second=0",
                        "server.requests_per_minute_of_user=0", "grab.calls_per_second=10000"):
            self.command += ["--set", setting]
        self.process, self.url = None, None

    def start(self, *settings):
        command = [*self.command, *itertools.chain.from_iterable(("--set", setting) for setting in settings)]
        self.process = Process(command, self.log)
        self.url = self.process.addresses[0]

    def end(self, how=signal.SIGTERM):
        if self.process:
            process, self.process = self.process, None
            process.end(how)

    def post(self, path, body):
        token = (self.data / "token").read_text().strip()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        status, text = call(f"{self.url}{path}", "POST", json.dumps(body).encode(), headers)
        self.answers.append(text)
        return status, text

    def ask(self, query, **variables):
        status, text = self.post("/graphql", {"query": query, "variables": variables})
        answer = json.loads(text)
        assert status == 200 and "errors" not in answer, text
        return answer["data"]

    def do(self, mutation, given):
        """Tells, and answers the payload: who was refused is at fault here."""
        payload = self.told(mutation, given)
        assert payload["userErrors"] == [], payload
        return payload

    def told(self, mutation, given):
        field = re.search(r"\{\s*(\w+)\(", mutation).group(1)
        return self.ask(mutation, input=given)[field]

    def furnish(self, cloud, name):
        """A tenant of the simulated cloud, under a name of our choice; and nothing of the server's own to be alarmed about."""
        lines = (pathlib.Path(cloud) / "config").read_text().splitlines()
        config = dict(line.split("=", 1) for line in lines if "=" in line)
        given = {"name": name, "tenancyOcid": config["tenancy"], "userOcid": config["user"], "region": config["region"],
                 "fingerprint": config["fingerprint"], "privateKey": (pathlib.Path(cloud) / "key.pem").read_text()}
        tenant = self.do(TENANT, given)["tenant"]["id"]
        for rule in self.ask("{ alertRules { name } }")["alertRules"]:
            self.do(ADJUST, {"rule": rule["name"], "enabled": False})
        return tenant

    def alert(self, alerts):
        """Hands alerts in as Alertmanager does, and says whether they were taken."""
        given = {"version": "4", "status": "firing", "alerts": alerts}
        return self.post("/hooks/alertmanager", given)[0] == 200


TENANT = "mutation($input: TenantCreateInput!) { tenantCreate(input: $input) { tenant { id } userErrors { message } } }"
ADJUST = "mutation($input: AlertRuleAdjustInput!) { alertRuleAdjust(input: $input) { rule { enabled } userErrors { message } } }"


def alert(name, severity="warning", summary=""):
    labels = {"alertname": name, "severity": severity}
    return {"status": "firing", "labels": labels, "annotations": {"summary": summary}, "startsAt": "2026-11-22T08:00:00Z"}
