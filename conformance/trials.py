"""What told.py tries beside the siege: tests of channels, grabs, names of every character, channels that hang, and silence about secrets.

Each answers pairs: whether it holds, and the words that say what does.
"""

import base64
import json
import re
import time
from datetime import datetime
from urllib.parse import quote

from channels import SPECIAL, TEST, webhook
from posts import alert, poll

TENANT_NAME = f"tenant {SPECIAL}"
TASK_NAME = f"task {SPECIAL}"
CREATE = "mutation($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) { grabTasks { id } userErrors { message } } }"
TOLD = """query($id: ID!) { grabTask(id: $id) { state notifications(first: 20) { state response httpStatus channel { id name } } } }"""
DELIVERIES = """query($id: ID!) {
  notificationDeliveries(first: 20, filter: { channelId: [$id] }) { nodes { state failure response httpStatus } }
}"""
ENABLED = "query($id: ID!) { notificationChannel(id: $id) { enabled } }"
SPEC = {"shape": "VM.Standard.A1.Flex", "ocpus": 1, "memoryGb": 6, "image": "Canonical Ubuntu 22.04", "region": "ap-tokyo-1"}


def right_ones(server, simulator, known):
    for channel in known:
        payload = channel.test(server)
        arrived = simulator.journal(kind=channel.kind, to=channel.to, accepted="true")
        signed = not channel.secret or all(message["signature"] == "good" for message in arrived)
        holds = payload["worked"] and len(arrived) == 1 and signed
        yield holds, f"tried before it is saved: {channel.name} says {payload['status']} {payload['words']!r}"


def wrong_ones(server, simulator, known):
    """Whoever is not there any more, or was put out."""
    for channel in known:
        simulator.introduce(channel, state_of(channel))
        payload = channel.test(server)
        holds = payload["worked"] is False and is_status_alone(payload["words"], payload["status"])
        yield holds, f"tried and wrong: {channel.name} says {payload['status']} {payload['words']!r}"


def state_of(channel):
    return "blocked" if channel.name.startswith("group") else "gone"


def kept_wrong_ones(server, simulator, known):
    """The same, kept: whoever is gone for good is not used any more, and of what was said the delivery tells no more than a trial."""
    for channel in known:
        simulator.introduce(channel, state_of(channel))
        channel.save(server, ["SYSTEM_ALERT"])
    server.alert([alert("to nobody")])
    for channel in known:
        # That another channel was switched off is told as well, to whoever is still there.
        over = lambda: [one for one in deliveries(server, channel) if one["failure"] in ("GONE", "REFUSED")]
        one = poll(over, f"{channel.name} was not given up")[0]
        if one["failure"] == "GONE":
            poll(lambda: not server.ask(ENABLED, id=channel.id)["notificationChannel"]["enabled"], f"{channel.name} is still used")
        yield is_status_alone(one["response"], one["httpStatus"]), f"kept and wrong: {channel.name} gave it up, {one['failure']}, for {one['response']!r}"
        channel.delete(server)


def is_status_alone(words, status):
    """What an address says that anybody may have chosen is not told, only its status."""
    return words in (f"HTTP {status}", f"SMTP {status}")


def deliveries(server, channel):
    return server.ask(DELIVERIES, id=channel.id)["notificationDeliveries"]["nodes"]


def create(server, tenant, name):
    given = {"tenantIds": [tenant], "name": name, "spec": SPEC, "schedule": {"interval": 1}}
    return server.do(CREATE, given)["grabTasks"][0]["id"]


def a_grab(server, simulator, known, tenant):
    """Told on every channel, with names that mean something to every markup."""
    task = create(server, tenant, TASK_NAME)
    ids = {channel.id for channel in known}

    def delivered():
        told = server.ask(TOLD, id=task)["grabTask"]["notifications"]
        return {one["channel"]["id"] for one in told if one["state"] == "DELIVERED"} == ids and told

    told = poll(delivered, "the grab was not told on every channel")
    yield len(told) == len(known), f"a grab is told on {len(told)} channels, and the task's page says DELIVERED of each"
    for channel in known:
        shown = read(simulator.journal(kind=channel.kind, to=channel.to, accepted="true")[-1])
        missing = [name for name in (TENANT_NAME, TASK_NAME) if name not in shown]
        yield not missing, f"names arrive literally: {channel.name}" + (f", but not {missing} in {shown!r}" if missing else "")
    server.alert([alert(f"alert {SPECIAL}", summary=f"summary {SPECIAL}")])
    for channel in known:
        message = poll(lambda: simulator.journal(kind=channel.kind, to=channel.to, accepted="true")[1:], f"{channel.name} was not told of the alert")
        shown = read(message[0])
        missing = [words for words in (f"alert {SPECIAL}", f"summary {SPECIAL}") if words not in shown]
        yield not missing, f"an alert's words arrive literally: {channel.name}" + (f", but not {missing} in {shown!r}" if missing else "")


def read(message):
    """What a person sees, or a program that reads JSON."""
    if message["kind"] != "webhook":
        return f"{message.get('title') or ''}\n{message['text']}"
    body = json.loads(message["raw"])
    return f"{body['title']}\n{body['text']}"


def grabs(server, simulator, quick, tenant, count):
    """From the event to each place, in milliseconds. A chat takes one message a second: what had to wait for that is not measured there."""
    for number in range(count):
        until = time.monotonic() + 1.2
        create(server, tenant, f"quick {number}")
        poll(lambda: time.monotonic() > until, "time stands still")
    arrived = [poll(lambda: whole(simulator, channel, count), "not every grab was told") for channel in quick]
    happened = {task_of(message): moment(message) for messages in arrived for message in messages if message["kind"] == "webhook"}
    return {channel.name: list(waits(messages, happened)) for channel, messages in zip(quick, arrived)}


def whole(simulator, channel, count):
    messages = simulator.journal(kind=channel.kind, to=channel.to, accepted="true")
    return messages if len(messages) >= count else None


def task_of(message):
    return re.search(r"quick \d+", read(message)).group()


def waits(messages, happened):
    free = 0
    for message in messages:
        moment = happened[task_of(message)]
        if message["kind"] == "webhook" or moment >= free:
            yield message["at_ms"] - moment
        free = message["at_ms"] + 1_050


def moment(message):
    """When that happened which a webhook is told, in milliseconds."""
    happened = json.loads(message["raw"])["facts"]["time"]
    return happened if isinstance(happened, int) else datetime.fromisoformat(happened).timestamp() * 1000


def beside_hanging_ones(server, simulator, hanging, alerts):
    """How soon one webhook is told, while many others never answer."""
    simulator.script('[[channels.rule]]\nkind = "webhook"\nto = "hang-*"\nsteps = ["hang"]\n')
    known = [webhook(simulator.channels, f"hang-{number}", secret=False) for number in range(hanging)]
    good = webhook(simulator.channels, "good")
    simulator.introduce(good)
    for channel in [*known, good]:
        channel.save(server, ["SYSTEM_ALERT"])
    times = []
    for number in range(alerts):
        poll(lambda: server.alert([alert(f"beside {number}")]), "the alert was not taken")
        told = poll(lambda: simulator.journal(kind="webhook", to="good", accepted="true")[number:], "the good one was not told")
        times.append(told[0]["at_ms"] - moment(told[0]))
    poll(lambda: {message["to"] for message in simulator.journal(kind="webhook") if message["answer"] == "hung"} >= {one.to for one in known},
         "not every one of them hangs")
    for channel in [*known, good]:
        channel.delete(server)
    return times


def silence(server, simulator, known):
    """Everything is written down that can be, every send fails, and yet no secret stands in the log or in an answer."""
    server.end()
    server.log, loud = server.log.with_name("loud.log"), server.log
    server.start("log.level=trace")
    password = "Password-of-the-mail-server"
    mail = next(channel for channel in known if channel.kind == "email")
    # In the clear no password is sent, and the simulator's certificate nobody trusts.
    mail.config |= {"username": "berth", "password": password, "security": "TLS", "port": simulator.smtps}
    mail.secrets = (password,)
    server.answers.clear()
    for steps in ("fault", "refuse", "throttle retry-after 1s", "drop", "redirect", "garbage", "gone"):
        simulator.script(f'[[channels.rule]]\nsteps = ["{steps}"]\n')
        for channel in known:
            server.told(TEST, {"config": channel.input()})
    simulator.script('[[channels.rule]]\nsteps = ["fault", "drop"]\ncycle = true\n')
    for channel in known:
        channel.save(server, ["SYSTEM_ALERT"])
    server.alert([alert("a loud one")])
    ids = {channel.id for channel in known}
    poll(lambda: tried(server) >= ids, "not every channel was tried")
    server.ask("{ notificationChannels { name config { __typename } lastDelivery { response failureReason } } }")
    server.ask("{ events(last: 500) { nodes { type data } } }")
    server.end()
    log, server.log = server.log.read_text(), loud
    lines = log.splitlines()
    sends, clients = (sum(word in line for line in lines) for word in ('"failed to tell"', '"hyper_util::'))
    yield sends > 6 * len(known) and clients, f"{len(lines)} lines of a log at trace, {sends} of sends that failed, {clients} of the client for HTTP"
    disk = b"".join(path.read_bytes() for path in sorted(server.data.glob("*.db*"))).decode("latin-1")
    for where, text in {"the log": log, "an answer": "\n".join(server.answers), "a database": disk}.items():
        found = leaked(known, text)
        yield not found, f"no secret of {len(known)} channels in {where}" + (f", but {found}" if found else "")
        planted = [secret for channel in known for secret in channel.secrets if not leaked([channel], text[:1000] + quote(secret, safe=""))]
        yield not planted, f"and each would be found in {where}"


def leaked(known, text):
    """Whose secrets stand in a text, and what stands before them there."""
    return [(channel.name, text[max(0, text.index(form) - 100):text.index(form)])
            for channel in known for secret in channel.secrets for form in forms(secret) if form in text]


def tried(server):
    query = "{ notificationDeliveries(first: 100) { nodes { response lastTriedAt channel { id } } } }"
    nodes = server.ask(query)["notificationDeliveries"]["nodes"]
    return {node["channel"]["id"] for node in nodes if node["response"]}


def forms(secret):
    """As it is, and as it travels."""
    plain = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    return plain | {base64.b64encode(secret.encode()).decode().rstrip("="), base64.b64encode(f"\0berth\0{secret}".encode()).decode()}
