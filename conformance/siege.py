"""Alerts without end, sends that fail, and a server that is killed at any moment: what the judge then judges."""

import queue
import random
import threading
import time

from posts import Unanswered, alert, poll

# Of every message that would be taken, one in ten is not, or its answer is lost.
FAULTS = ["fault", "drop", "throttle retry-after 1s", "cut"]
RULE = """[[channels.rule]]
kind = "{kind}"
per = "to"
fail = {fail}
faults = {faults}
seed = {seed}
steps = ["ok delay {delay}ms"]
cycle = true
"""
WAITING = """query($channels: [ID!], $state: [NotificationDeliveryState!]) {
  notificationDeliveries(first: 1, filter: { channelId: $channels, state: $state }) { nodes { id title response } }
}"""
# With thousands on their way a start takes a while before the first is told, in seconds.
STARTS_WITHIN = 10
# What reaches people slowly is told only of these: one in so many.
CRITICAL = 25


def script(seed, fail):
    """Where people read, answers take a while: so something is in the air when the server is killed."""
    kinds = [("webhook", 1), ("email", 20), ("feishu", 20), ("*", 150)]
    rule = lambda kind, delay, turn: RULE.format(kind=kind, delay=delay, seed=seed + turn, fail=fail, faults=FAULTS)
    return "".join(rule(kind, delay, turn) for turn, (kind, delay) in enumerate(kinds))


def slow(message):
    """Whether its answer is still awaited when it is seen."""
    return message["accepted"] and "delay" in (message.get("step") or "") and message["kind"] != "webhook"


class Siege:
    def __init__(self, simulator, server, family, options):
        self.simulator, self.server, self.family, self.options = simulator, server, family, options
        self.chance = random.Random(options.seed)
        self.kills, self.shares, self.posted = [], queue.Queue(), 0
        number = lambda: f"{self.chance.getrandbits(32):08x}"
        self.names = [f"storm-{count:06d}-{number()}" for count in range(options.alerts)]
        self.severe = set(self.chance.sample(self.names, max(1, options.alerts // CRITICAL)))

    def wanted(self):
        """What each channel is to be told."""
        return {channel.name: self.severe if channel.at_least == "CRITICAL" else set(self.names) for channel in self.family}

    def run(self):
        self.simulator.script(script(self.options.seed, self.options.fail))
        for channel in self.family:
            channel.save(self.server, ["SYSTEM_ALERT"])
        poster = threading.Thread(target=self.post, daemon=True)
        poster.start()
        for share in self.parts():
            self.shares.put(share)
            if len(self.kills) < self.options.kills:
                self.kill_amid()
        self.shares.put(None)
        poster.join()
        return self.rest()

    def parts(self):
        """The alerts in one part for each life of the server."""
        lives = self.options.kills + 1
        cuts = [len(self.names) * life // lives for life in range(lives + 1)]
        return [self.names[begin:end] for begin, end in zip(cuts, cuts[1:])]

    def post(self):
        """Hands in as Alertmanager does: again and again, until it was taken."""
        while (share := self.shares.get()) is not None:
            alerts = [alert(name, "critical" if name in self.severe else "warning", f"on node {number}") for number, name in enumerate(share)]
            poll(lambda: self.taken(alerts), "alerts were not taken")
            self.posted += len(alerts)

    def taken(self, alerts):
        try:
            return self.server.alert(alerts)
        except Unanswered:
            return False

    def kill_amid(self):
        """Half of the times at once when a message comes whose answer takes a while, the others at any moment, be it before the first one."""
        seen = self.simulator.journal()[-1:]
        since = seen[0]["number"] if seen else 0
        at_once, more = self.chance.random() < 0.5, self.chance.randint(0, 3 if self.chance.random() < 0.5 else 30)
        begun = idle = time.monotonic()
        patience, known = self.chance.uniform(0.2, 2), 0
        while time.monotonic() < (begun + STARTS_WITHIN if at_once and not known else idle + patience):
            news = self.simulator.journal(after=since)
            if len(news) > known:
                known, idle = len(news), time.monotonic()
            if len(news) > more and (not at_once or slow(news[-1])):
                break
            time.sleep(0.005)
        if not at_once:
            time.sleep(self.chance.uniform(0, 0.2))
        self.server.end(9)
        poll(self.quiet, "messages of one who is dead go on arriving")
        self.kills.append(time.time() * 1000)
        self.server.start()

    def quiet(self):
        """What was sent before its sender died may be read only now."""
        before = len(self.simulator.journal())
        time.sleep(0.02)
        return len(self.simulator.journal()) == before

    def rest(self):
        """Until nothing is on its way; then everything that arrived."""
        channels = {channel.id for channel in self.family}
        some = lambda *states: self.server.ask(WAITING, channels=list(channels), state=list(states))["notificationDeliveries"]["nodes"]
        wanted, patience = self.wanted(), self.options.patience

        def over():
            time.sleep(0.2)
            return not some("PENDING", "SENDING", "RETRYING") and self.queued() == sum(map(len, wanted.values()))

        poll(over, "notifications are still on their way", patience)
        return self.simulator.journal(), some("FAILED")

    def queued(self):
        """How many the server knows of: what was only just handed in is on its way to nobody yet."""
        query, total, after = QUEUED, 0, None
        while True:
            page = self.server.ask(query, channels=[channel.id for channel in self.family], after=after)["notificationDeliveries"]
            total += len(page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return total
            after = page["pageInfo"]["endCursor"]


QUEUED = """query($channels: [ID!], $after: String) {
  notificationDeliveries(first: 500, after: $after, filter: { channelId: $channels }) { nodes { id } pageInfo { hasNextPage endCursor } }
}"""
