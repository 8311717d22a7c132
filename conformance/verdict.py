"""The judge over what arrived: nothing lost, nothing twice that was not in the air, every signature right, no ceiling passed.

It knows nothing of the server but when it was killed, and shares nothing with it or with the simulators: signatures of webhooks are
reckoned here once more.
"""

import collections
import copy
import dataclasses
import hashlib
import hmac
import re

NAME = re.compile(r"storm-\d{6}-[0-9a-f]{8}")


@dataclasses.dataclass
class Figures:
    """What a channel's row in the table says."""

    channel: str
    wanted: int
    arrived: int = 0
    taken: int = 0
    refused: int = 0
    cut: int = 0
    doubled: int = 0
    in_the_air: int = 0
    bound: int = 0
    digests: int = 0
    busiest: str = ""


def told(message):
    """Which alerts a message tells of."""
    return set(NAME.findall(f"{message.get('title') or ''}\n{message['text']}"))


def judge(channel, journal, wanted, kills):
    """The figures of one channel, and what is wrong there. `kills` are moments in milliseconds, ascending."""
    arrived = [message for message in journal if (message["kind"], message["to"]) == (channel.kind, channel.to)]
    taken = [message for message in arrived if message["accepted"]]
    figures = Figures(channel.name, len(wanted), len(arrived), len(taken), len(arrived) - len(taken))
    figures.digests = sum(len(told(message)) > 1 for message in taken)
    faults = list(lost(taken, wanted))
    faults += doubled(channel, taken, kills, figures)
    faults += unsigned(channel, arrived)
    faults += passed(channel, arrived, figures)
    return figures, [f"{channel.name}: {fault}" for fault in faults]


def lost(taken, wanted):
    missing = wanted - set().union(*map(told, taken))
    if missing:
        yield f"{len(missing)} of {len(wanted)} never arrived, {sorted(missing)[0]} for one"
    surplus = set().union(*map(told, taken)) - wanted
    if surplus:
        yield f"{len(surplus)} arrived that were none of its, {sorted(surplus)[0]} for one"


def doubled(channel, taken, kills, figures):
    """Twice may come what a lost answer hid, and the one message that was in the air at a kill."""
    before, hidden, in_the_air = {}, set(), collections.defaultdict(set)
    figures.cut = sum("cut" in (message.get("step") or "") for message in taken)
    for message in taken:
        for name in told(message):
            earlier, before[name] = before.get(name), message
            if earlier is None:
                continue
            figures.doubled += 1
            between = [kill for kill in kills if earlier["at_ms"] <= kill <= message["at_ms"]]
            if "cut" in (earlier.get("step") or ""):
                hidden.add(earlier["number"])
            elif between:
                in_the_air[between[0]].add(earlier["number"])
            else:
                yield f"{name} came twice, in messages {earlier['number']} and {message['number']}, and nobody was killed between"
    lost_answers = sum(len(told(message)) for message in taken if message["number"] in hidden)
    figures.in_the_air = sum(map(len, in_the_air.values()))
    figures.bound = len(kills) * channel.digest + lost_answers
    for kill, messages in in_the_air.items():
        if len(messages) > 1:
            yield f"{len(messages)} messages came again after the kill at {kill}, and only one can have been in the air"
    if figures.doubled > figures.bound:
        yield f"{figures.doubled} doubles, and at most {figures.bound} can have been in the air"


def unsigned(channel, arrived):
    for message in arrived:
        said, right = message.get("signature"), True
        if channel.kind == "webhook" and channel.secret:
            right = own_word(channel.secret, message)
        if channel.secret and (said != "good" or not right):
            yield f"message {message['number']} is signed wrong: the simulator says {said}, the judge {right}"


def own_word(secret, message):
    heads = dict(message["headers"])
    signed = f"{heads.get('idempotency-key')}.{heads.get('x-berth-timestamp')}.{message['raw']}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return heads.get("x-berth-signature") == f"sha256={digest}"


def passed(channel, arrived, figures):
    """By our own counting of whatever came, and by the simulator's refusals that its script does not explain."""
    for message in arrived:
        if not message["accepted"] and not message.get("step"):
            yield f"message {message['number']} was refused: {message.get('error')}"
    shown = []
    for most, within_ms in channel.ceilings:
        most_seen = busiest([message["at_ms"] for message in arrived], within_ms)
        shown.append(f"{most_seen}/{most} in {within_ms / 1000:g} s")
        if most_seen > most:
            yield f"{most_seen} messages within {within_ms} ms, and {most} are allowed"
    figures.busiest = ", ".join(shown) or "–"


def busiest(moments, within_ms):
    moments, first, most = sorted(moments), 0, 0
    for index, moment in enumerate(moments):
        while moments[first] + within_ms <= moment:
            first += 1
        most = max(most, index - first + 1)
    return most


def judge_all(family, journal, wanted, kills):
    """Every channel's figures, and all that is wrong."""
    judged = [judge(channel, journal, wanted[channel.name], kills) for channel in family]
    return [figures for figures, _ in judged], [fault for _, faults in judged for fault in faults]


def prove_itself(family, journal, wanted, kills):
    """Spoils what arrived in one way after the other, and answers what the judge says of each: nothing would be a judge that sleeps."""
    spoilt = {"a message is missing": without_one, "a message came twice": with_a_double, "a signature is wrong": signed_wrong,
              "a ceiling is passed": too_dense}
    said = {}
    for what, spoil in spoilt.items():
        other = copy.deepcopy(journal)
        spoil(family, other)
        said[what] = judge_all(family, other, wanted, kills)[1]
    return said


def of(channel, journal):
    return [message for message in journal if (message["kind"], message["to"]) == (channel.kind, channel.to) and message["accepted"]]


def without_one(family, journal):
    """The last channel of one notice a message loses a notice that came once."""
    channel = [channel for channel in family if channel.digest == 1][-1]
    counts = collections.Counter(name for message in of(channel, journal) for name in told(message))
    once = next(name for name, count in counts.items() if count == 1)
    journal[:] = [message for message in journal if message not in of(channel, journal) or once not in told(message)]


def with_a_double(family, journal):
    channel = next(channel for channel in family if channel.digest == 1)
    message = next(message for message in of(channel, journal) if "cut" not in (message.get("step") or "") and told(message))
    journal.insert(journal.index(message) + 1, message | {"number": len(journal) + 1})


def signed_wrong(family, journal):
    channel = next(channel for channel in family if channel.secret and channel.digest == 1)
    message = of(channel, journal)[0]
    message["raw"] += " "


def too_dense(family, journal):
    channel = next(channel for channel in family if channel.ceilings and channel.ceilings[0] == (1, 900) and len(of(channel, journal)) > 1)
    first, second, *_ = of(channel, journal)
    second["at_ms"] = first["at_ms"] + 899
