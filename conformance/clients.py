#!/usr/bin/env python3
"""Takes a Berth server through gql, Python's GraphQL client. `clients.sh` starts one and calls this."""

import argparse
import asyncio
import pathlib
import time
import urllib.error
import urllib.request

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

# Reached only when something hangs.
DEADLINE = 60

HEAD = gql("{ eventLog { head } server { version } }")
TAIL = gql(
    """subscription Tail($after: EventPosition) {
         eventAppended(after: $after, filter: { type: ["profile.created"] }) { position caughtUp events { position type } }
       }"""
)
CREATE = gql(
    """mutation Create($input: LaunchProfileCreateInput!) {
         launchProfileCreate(input: $input) { position launchProfile { name } userErrors { code field } }
       }"""
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--token-file", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    wait_until_ready(arguments.base_url)
    token = arguments.token_file.read_text().strip()
    asyncio.run(asyncio.wait_for(drive(arguments.base_url, token), DEADLINE))
    print("4 passed, 0 failed")


async def drive(base_url, token):
    endpoint = f"{base_url}/graphql"
    # The client holds every query to the schema that it asked for by introspection.
    async with Client(transport=over_http(endpoint, token), fetch_schema_from_transport=True) as session:
        head = (await session.execute(HEAD))["eventLog"]["head"]
        said("query, held to the schema by introspection", f"head {head}")
        socket = over_socket(endpoint, token)
        async with Client(transport=socket) as feed:
            watching = asyncio.create_task(watch(feed, head, events=3))
            told = [await create(session, f"gql {number}") for number in range(3)]
            said("three mutations", f"positions {told}")
            seen = await watching
            assert seen == told, f"told {told}, saw {seen}"
            said("subscription over a WebSocket", f"saw {seen}, no gap and no double")
    await refused(endpoint)


def over_http(endpoint, token):
    return HTTPXAsyncTransport(url=endpoint, headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def over_socket(endpoint, token):
    return WebsocketsTransport(
        url=endpoint.replace("http", "ws", 1),
        init_payload={"token": token},
        # Must be said: gql 4.4 looks for the answer's header by one spelling of its name, and takes its absence for another protocol.
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )


async def create(session, name):
    size = {"ocpus": 1, "memoryGb": 6}
    spec = {"shape": "VM.Standard.A1.Flex", "image": "Canonical Ubuntu 22.04", "sizes": [size]}
    CREATE.variable_values = {"input": {"name": name, "spec": spec}}
    payload = (await session.execute(CREATE))["launchProfileCreate"]
    assert payload["userErrors"] == [] and payload["launchProfile"]["name"] == name, payload
    return payload["position"]


async def watch(feed, after, events):
    """The positions of the next events. Begun after the position, so nothing hangs on which comes first."""
    TAIL.variable_values = {"after": after}
    seen = []
    async for batch in feed.subscribe(TAIL):
        seen += [event["position"] for event in batch["eventAppended"]["events"]]
        if len(seen) >= events:
            return seen


async def refused(endpoint):
    try:
        async with Client(transport=over_http(endpoint, "berth_wrong")) as session:
            await session.execute(HEAD)
    except (TransportQueryError, TransportServerError) as error:
        assert "UNAUTHENTICATED" in str(error) or "401" in str(error), error
        said("a wrong token", "is refused")
    else:
        raise AssertionError("a wrong token was let in")


def wait_until_ready(base_url):
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{base_url}/readyz"):
                return
        except urllib.error.HTTPError:
            time.sleep(0.01)
    raise TimeoutError("the server did not become ready")


def said(step, what):
    print(f"ok  {step}: {what}")


if __name__ == "__main__":
    main()
