"""Steps, clients and the few questions that every step asks."""

import time
from types import SimpleNamespace

import oci

from models import Catcher

STEPS = []


class Failed(Exception):
    """An expectation that did not hold."""


def expect(holds, otherwise):
    if not holds:
        raise Failed(otherwise)


def step(function):
    """Registers a step under its function's name. Steps run in the order in which they are written."""
    STEPS.append((function.__name__, function))
    return function


class World:
    """The clients, and what earlier steps found or made. A step that needs what is missing is not run."""

    def __init__(self, config, base_url, capacity_errors):
        common = {
            "service_endpoint": base_url.rstrip("/"),
            "retry_strategy": oci.retry.NoneRetryStrategy(),
            "circuit_breaker_strategy": oci.circuit_breaker.NoCircuitBreakerStrategy(),
            "timeout": 20,
        }
        self.config, self.common, self.capacity_errors = config, common, capacity_errors
        self.tenancy, self.user = config["tenancy"], config["user"]
        self.compute = self.client(oci.core.ComputeClient)
        self.network = self.client(oci.core.VirtualNetworkClient)
        self.volumes = self.client(oci.core.BlockstorageClient)
        self.identity = self.client(oci.identity.IdentityClient)
        self.limits = self.client(oci.limits.LimitsClient)
        self.work = self.client(oci.work_requests.WorkRequestClient)
        self.made = SimpleNamespace()

    def client(self, kind, **other):
        client = kind({**self.config, **other}, **self.common)
        client.catcher = Catcher(client)
        return client

    def __getattr__(self, name):
        if name == "made":
            raise AttributeError(name)
        try:
            return getattr(self.made, name)
        except AttributeError:
            raise Failed(f"not run: {name} is missing") from None


def call(method, *arguments, **options):
    """Calls an operation and holds its answer against the model."""
    catcher = method.__self__.catcher
    catcher.forget()
    answer = method(*arguments, **options)
    expect(answer.headers.get("opc-request-id"), "no opc-request-id")
    if catcher.body:
        kind = answer.headers.get("content-type", "").split(";")[0]
        expect(kind == "application/json", f"content-type is {kind!r}")
    wrong = catcher.complaints()
    expect(not wrong, "; ".join(wrong[:5]))
    return answer


def tagged(method, *arguments, **options):
    """As `call`, for operations whose answer has an entity tag."""
    answer = call(method, *arguments, **options)
    expect(answer.headers.get("etag"), "no etag")
    return answer


def refused(status, codes, method, *arguments, **options):
    """Expects the call to be refused with this status and one of these codes."""
    try:
        method(*arguments, **options)
    except oci.exceptions.ServiceError as error:
        codes = codes.split()
        expect((error.status, error.code in codes) == (status, True), f"{error.status} {error.code}: {error.message}")
        expect(error.message and error.headers.get("opc-request-id"), "no message or no opc-request-id")
        return error
    raise Failed(f"expected {status} {codes}, but it succeeded")


def raw(client, method, path, kind, body=None, **headers):
    """Sends what the SDK's own methods would not send."""
    headers = {"accept": "application/json", **headers}
    if body is not None:
        headers["content-type"] = "application/json"
    return client.base_client.call_api(path, method, header_params=headers, body=body, response_type=kind)


def until(wanted, get, never=()):
    """Asks again until the state is the wanted one; answers the last object and the states on the way."""
    seen, end = [], time.monotonic() + 60
    while True:
        found = get()
        state = found.data.lifecycle_state
        if state not in seen[-1:]:
            seen.append(state)
        if state == wanted:
            return found.data, " → ".join(seen)
        expect(state not in never, f"went to {state} on the way to {wanted}")
        expect(time.monotonic() < end, f"still {state} after a minute")
        time.sleep(0.05)


def run(world):
    """Runs all steps and answers how many passed and failed."""
    passed = 0
    for name, function in STEPS:
        try:
            detail = function(world)
        except Failed as why:
            print(f"FAIL {name}: {why}", flush=True)
        except Exception as error:  # the SDK raises many kinds, and each is a finding
            print(f"FAIL {name}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        else:
            passed += 1
            print(f"ok   {name}" + (f": {detail}" if detail else ""), flush=True)
    return passed, len(STEPS) - passed
