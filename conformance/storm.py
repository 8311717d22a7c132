#!/usr/bin/env python3
"""A storm of requests that schemathesis derives from `schema.graphql`. `storm.sh` starts a server and calls this.

Strangers and users of each role ask whatever the schema allows and what it does not. Nothing of it may be answered by a fault of the
server or tell anything of its inside, nor keep others waiting, nor leave its memory full.
"""

import argparse
import collections
import json
import pathlib
import sys
import time

from schemathesis.core.failures import Failure

import derived
import watching
from guests import ROLES, Guest, Owner
from inside import Judge, prove_itself

HEALTHY = 100.0
GROWTH = 32.0
# How long memory may take to come back, in seconds.
PATIENCE = 60
# Said of more than so many findings of one kind, the rest is noise.
SHOWN = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--process", required=True, type=int, help="the server's id")
    parser.add_argument("--log", required=True, type=pathlib.Path, help="what the server writes to its standard error")
    parser.add_argument("--data-dir", required=True, type=pathlib.Path)
    parser.add_argument("--cloud", required=True, type=pathlib.Path, help="where the simulator keeps its configuration")
    parser.add_argument("--schema", required=True, type=pathlib.Path)
    parser.add_argument("--each", type=int, default=100, help="requests of each guest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lenient", action="store_true", help="the machine is slow or busy: say times, and judge none")
    options = parser.parse_args()
    print(f"ok  the judge finds each of {prove_itself()} insides")
    return 1 if Storm(options).pass_over() else 0


class Storm:
    def __init__(self, options):
        self.options, self.failed = options, 0
        self.endpoint = f"{options.base_url}/graphql"
        self.owner = Owner(self.endpoint, (options.data_dir / "token").read_text().strip())
        self.derived = derived.Derived(derived.load(options.schema))
        self.findings = collections.defaultdict(list)

    def pass_over(self):
        options = self.options
        before = watching.resident(options.process)
        self.owner.furnish(options.cloud)
        guests = [Guest(role, self.owner) for role in [None, *ROLES]]
        for guest in guests:
            guest.come_in()
        since = time.monotonic()
        with watching.Pulse(options.base_url) as pulse:
            for number, guest in enumerate(guests):
                self.one(guest, options.seed + 1_000_000 * number)
        took = time.monotonic() - since
        self.say_findings(took, options.each * len(guests))
        self.say_health(pulse)
        self.say_memory(before)
        self.say_log()
        return self.failed

    def one(self, guest, first_seed):
        answers = collections.Counter()
        self.derived.requests(self.options.each, first_seed, lambda case: self.ask(guest, case, answers))
        words = ", ".join(f"{count} {kind}" for kind, count in answers.most_common())
        print(f"ok  {guest.name}: {sum(answers.values())} requests, answered {words}", flush=True)

    def ask(self, guest, case, answers):
        guest.come_in()
        response = case.call(base_url=self.endpoint, session=guest.session, timeout=60)
        text = response.content.decode("utf-8", "replace")
        kind = kind_of(response.status_code, text)
        answers[kind] += 1
        for finding in self.judge(guest, case, response, text, kind):
            self.findings[finding].append((guest.name, case.operation.label, case.body, text))
        return response

    def judge(self, guest, case, response, text, kind):
        if response.status_code >= 500:
            yield f"status {response.status_code}"
        if kind in ("INTERNAL", "NEEDS_UPGRADE"):
            yield "a fault of the server's"
        # Mutations may take a minute.
        if not self.options.lenient and case.operation.label.startswith("Query.") and response.elapsed > 5.5:
            yield "a query of more than 5 s"
        secrets = [self.owner.token, str(self.options.data_dir), *key_lines(self.options.cloud), *guest.secrets]
        # What is sent comes back at times, with JSON's escapes or without.
        said = case.body if isinstance(case.body, str) else json.dumps(case.body)
        for what, words in Judge(secrets).told(text, said):
            yield f"{what} told: {words}"
        try:
            case.operation.schema.validate_response(case.operation, response, case=case)
            if said_something(json.loads(text).get("data")):
                case.operation.schema.evaluate_negative_data(case, response)
        except Failure as failure:
            yield f"not as the schema has it: {failure.title}"

    def say_findings(self, took, asked):
        self.say(not self.findings, f"{asked} requests in {took:.0f} s: no fault, and nothing told of the inside")
        for finding, cases in sorted(self.findings.items(), key=lambda item: -len(item[1]))[:20]:
            print(f"    {len(cases)} × {finding}")
            for name, label, body, text in sorted(cases, key=lambda case: len(case[2]))[:SHOWN]:
                print(f"        {name}, {label}: {body[:600]!r}\n          → {text[:600]}")

    def say_health(self, pulse):
        slow = sum(time > HEALTHY for time in pulse.times)
        words = f"/healthz {len(pulse.times)} times: median {pulse.percentile(50):.1f} ms, p99 {pulse.percentile(99):.1f} ms, "
        words += f"at most {pulse.times[-1]:.1f} ms; {slow} above {HEALTHY:.0f} ms"
        self.say(slow == 0 or self.options.lenient, words)

    def say_memory(self, before):
        at_end = watching.resident(self.options.process)
        after = watching.settled(self.options.process, before + GROWTH, PATIENCE)
        words = f"memory: {before:.1f} MB when it had started, {at_end:.1f} MB at the end, {after:.1f} MB soon after"
        self.say(after <= before + GROWTH, words)

    def say_log(self):
        lines = [json.loads(line) for line in self.options.log.read_text().splitlines()]
        bad = [line for line in lines if line["level"] == "ERROR" or "panic" in json.dumps(line)]
        self.say(not bad, f"{len(lines)} lines of the server's log, without a panic and without an error")
        for line in bad[:SHOWN]:
            print(f"    {json.dumps(line)[:600]}")

    def say(self, holds, words):
        self.failed += not holds
        print(f"{'ok ' if holds else 'FAIL'} {words}", flush=True)


def kind_of(status, text):
    """The first error's code; else the answer's status."""
    try:
        errors = json.loads(text).get("errors")
        return errors[0]["extensions"]["code"] if errors else f"{status}"
    except (ValueError, KeyError, AttributeError):
        return f"{status} without GraphQL"


def said_something(value):
    """Whether there is more in it than nulls and empty lists: of what is beneath those no argument was ever weighed."""
    if isinstance(value, (dict, list)):
        return any(map(said_something, value.values() if isinstance(value, dict) else value))
    return value is not None


def key_lines(cloud):
    """The lines of the tenants' private key, without its head and foot."""
    return (cloud / "key.pem").read_text().splitlines()[1:-1]


if __name__ == "__main__":
    sys.exit(main())
