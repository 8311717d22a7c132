"""Grafana's dashboards as files: whether people can read them, and what they ask Prometheus."""

import itertools
import json
import urllib.parse

from daemons import expect, until

# What Grafana puts in for its variables, when everything is looked at and figures come every second.
VARIABLES = {"$instance": ".*", "$__rate_interval": "5s"}
# These show no figure, or say in their options what it is in.
WITHOUT_UNIT = ["row", "heatmap"]


class Dashboard:
    def __init__(self, path):
        self.name, self.model = path.name, json.loads(path.read_text())
        self.panels = self.model["panels"]

    def check(self):
        """In both languages, with units, each panel by itself in its place."""
        for thing in [self.model, *self.panels]:
            told = [thing["title"]] + ([thing["description"]] if thing.get("type") != "row" else [])
            expect(all(map(in_both, told)), f"{self.name}: {told} are not in both languages")
        for panel in self.panels:
            units = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
            expect(panel["type"] in WITHOUT_UNIT or units, f"{self.name}: {panel['title']} has no unit")
        ids = [panel["id"] for panel in self.panels]
        expect(len(set(ids)) == len(ids), f"{self.name}: two panels have one id")
        for one, other in itertools.combinations(self.panels, 2):
            expect(not overlap(one["gridPos"], other["gridPos"]), f"{self.name}: {one['title']} lies on {other['title']}")

    def queries(self):
        """Each question, with where it is asked."""
        for panel in self.panels:
            expect(panel["type"] == "row" or panel.get("targets"), f"{self.name}: {panel['title']} asks nothing")
            for target in panel.get("targets", []):
                yield f"{self.name}: {panel['title']} {target['refId']}", filled_in(target["expr"])


def in_both(text):
    """One has letters of English, the other is beyond ASCII; a word that both have in common is its own translation."""
    return not text.isascii() or " · " in text


def overlap(one, other):
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    apart = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not beside and not apart


def filled_in(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    expect("$" not in expression, f"{expression} has a variable that nobody fills in")
    return expression


def of(folder):
    dashboards = [Dashboard(path) for path in sorted(folder.glob("*.json"))]
    expect(dashboards, f"there are no dashboards in {folder}")
    names = [dashboard.model["uid"] for dashboard in dashboards]
    expect(len(set(names)) == len(names), f"two dashboards are called alike: {names}")
    return dashboards


def answered(prometheus, expression):
    """What Prometheus has to say, without what is no number."""
    found = prometheus.ask(f"/api/v1/query?query={urllib.parse.quote(expression)}")["data"]["result"]
    return [sample for sample in found if sample["value"][1] != "NaN"]


def all_answered(prometheus, dashboards, keep_busy):
    """Asks until each question was answered once: what is counted in between needs two looks at it."""
    asked = dict(query for dashboard in dashboards for query in dashboard.queries())
    waiting = dict(asked)

    def look():
        keep_busy()
        for where, expression in list(waiting.items()):
            if answered(prometheus, expression):
                del waiting[where]
        return not waiting, f"without data: {json.dumps(waiting, ensure_ascii=False, indent=1)}"

    until("every panel has data", look)
    return len(asked)
