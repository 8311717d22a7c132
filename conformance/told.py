#!/usr/bin/env python3
"""Whether people are told: on every channel, soon, once, in the words that were given, whatever is killed. `told.sh` calls this.

The real server speaks to simulators that share no code with it, over loopback. Channels are made by the API, grabs succeed on the simulated
cloud, alerts come in as Alertmanager sends them; what arrived is read from the simulators' journal.
"""

import argparse
import pathlib
import signal
import sys
import time

import trials
from channels import family
from posts import Server, Simulator
from siege import Siege
from verdict import judge_all, prove_itself

COLUMNS = {"channel": 20, "wanted": 7, "messages": 9, "taken": 6, "refused": 8, "lost answers": 13, "in the air": 11, "digests": 8,
           "doubles": 8, "bound": 6, "busiest": 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--berth", required=True)
    parser.add_argument("--dir", required=True, type=pathlib.Path)
    parser.add_argument("--alerts", type=int, default=36)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--hanging", type=int, default=40)
    parser.add_argument("--grabs", type=int, default=3)
    parser.add_argument("--fail", type=float, default=0.1, help="of so many sends nothing comes at first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=int, default=300, help="how long deliveries may be on their way, in seconds")
    parser.add_argument("--lenient", action="store_true", help="the machine is slow or busy: say times, and judge none")
    parser.add_argument("--control", action="store_true", help="show what the judge says of a journal that was spoilt")
    parser.add_argument("--only", help="of the steps only these, by their first letters, with commas")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return Told(parser.parse_args()).run()


class Told:
    def __init__(self, options):
        self.options, self.failed = options, 0
        self.simulator = Simulator(options.berth, options.dir)
        self.server = Server(options.berth, options.dir, self.simulator.cloud)

    def run(self):
        steps = [self.trials, self.grabs, self.hanging, self.siege, self.silence]
        wanted = (self.options.only or "").split(",")
        try:
            self.server.start()
            self.tenant = self.server.furnish(self.options.dir / "cloud", trials.TENANT_NAME)
            for step in steps:
                if any(step.__name__.startswith(word) for word in wanted):
                    self.one(step)
        finally:
            self.server.end(9)
            self.simulator.process.end(9)
        return 1 if self.failed else 0

    def one(self, step):
        since = time.monotonic()
        try:
            step()
        except (TimeoutError, AssertionError, RuntimeError) as error:
            self.say(False, f"{step.__name__}: {error}")
            for line in self.server.log.read_text().splitlines()[-3:]:
                print(f"    {line[:400]}")
        print(f"    {step.__name__}: {time.monotonic() - since:.1f} s", flush=True)

    def trials(self):
        """Every channel is tried before it is saved, and so are wrong ones."""
        for holds, words in trials.right_ones(self.server, self.simulator, family(self.simulator, 1)):
            self.say(holds, words)
        for wrong in (trials.wrong_ones, trials.kept_wrong_ones):
            for holds, words in wrong(self.server, self.simulator, family(self.simulator, 2)):
                self.say(holds, words)

    def grabs(self):
        known = [channel.save(self.server) for channel in family(self.simulator, 3)]
        for holds, words in trials.a_grab(self.server, self.simulator, known, self.tenant):
            self.say(holds, words)
        for channel in known:
            channel.delete(self.server)
        quick = [channel.save(self.server) for channel in family(self.simulator, 4) if channel.name.startswith(("chat", "webhook"))]
        for place, times in trials.grabs(self.server, self.simulator, quick, self.tenant, self.options.grabs).items():
            self.say_times(f"from grab.succeeded to {place}", times, 1000)
        for channel in quick:
            channel.delete(self.server)

    def hanging(self):
        times = trials.beside_hanging_ones(self.server, self.simulator, self.options.hanging, 20)
        self.say_times(f"an alert beside {self.options.hanging} webhooks that hang", times, 2000)

    def siege(self):
        known = family(self.simulator, 5)
        for channel in known:
            # One a second, or five in ten minutes, is all that these take.
            if channel.name.startswith(("chat", "slack", "mail")):
                channel.at_least = "CRITICAL"
        siege = Siege(self.simulator, self.server, known, self.options)
        since = time.monotonic()
        journal, given_up = siege.run()
        figures, faults = judge_all(known, journal, siege.wanted(), siege.kills)
        self.say_table(figures)
        total = sum(row.wanted for row in figures)
        self.say(not faults and not given_up, f"{len(siege.names)} alerts as {total} notifications, {self.options.fail:.0%} of the sends failing, "
                 f"{len(siege.kills)} kills, {time.monotonic() - since:.0f} s: none lost, {sum(row.doubled for row in figures)} doubled")
        for fault in faults[:10] + given_up:
            print(f"    {fault}")
        for what, said in prove_itself(known, journal, siege.wanted(), siege.kills).items():
            found = [fault for fault in said if fault not in faults]
            self.say(found, f"the judge finds it when {what}")
            if self.options.control:
                print(f"    {found[:1]}")
        for channel in known:
            channel.delete(self.server)

    def silence(self):
        for holds, words in trials.silence(self.server, self.simulator, family(self.simulator, 6)):
            self.say(holds, words)

    def say_times(self, what, times, target):
        times = sorted(times)
        median, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
        words = f"{what}: {len(times)} times, median {median:.0f} ms, p99 {p99:.0f} ms, at most {times[-1]:.0f} ms"
        self.say(p99 < target or self.options.lenient, words)

    def say_table(self, figures):
        print("    " + " ".join(name.ljust(width) for name, width in COLUMNS.items()))
        for row in figures:
            cells = [row.channel, row.wanted, row.arrived, row.taken, row.refused, row.cut, row.in_the_air, row.digests, row.doubled,
                     row.bound, row.busiest]
            print("    " + " ".join(str(cell).ljust(width) for cell, width in zip(cells, COLUMNS.values())))

    def say(self, holds, words):
        self.failed += not holds
        print(f"{'ok ' if holds else 'FAIL'} {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
