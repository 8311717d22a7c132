"""Prometheus, Alertmanager and the dashboards beside a server at work. `monitoring.sh` starts the server and calls this.

Needs nothing but Python: whatever is asked is asked over HTTP on the loopback.
"""

import argparse
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request

import daemons
import dashboards
from daemons import Failed, expect, get, tool, until

IMPORT = "mutation Import($input: TenantImportInput!) { tenantImport(input: $input) { userErrors { message } } }"
TENANTS = "{ tenants(first: 10) { nodes { id status } } }"
TASK = "mutation Task($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) { userErrors { message } } }"
SPEC = {"shape": "VM.Standard.A1.Flex", "ocpus": 1, "memoryGb": 6, "image": "Canonical Ubuntu 22.04", "region": "ap-tokyo-1"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--data-dir", required=True, type=pathlib.Path)
    parser.add_argument("--log", required=True, type=pathlib.Path, help="what the server writes to its standard error")
    parser.add_argument("--cloud", required=True, type=pathlib.Path, help="where the simulator keeps its configuration")
    parser.add_argument("--deploy", required=True, type=pathlib.Path)
    parser.add_argument("--scratch", required=True, type=pathlib.Path)
    monitoring = Monitoring(parser.parse_args())
    try:
        monitoring.pass_over()
    except Failed as why:
        print(f"FAIL {why}")
        return 1
    finally:
        monitoring.end()
    return 0


class Monitoring:
    def __init__(self, options):
        self.options, self.deploy, self.running = options, options.deploy, []
        self.token_file = options.data_dir / "token"

    def pass_over(self):
        self.files()
        figures = self.figures()
        self.work()
        alertmanager = self.run(daemons.alertmanager, self.webhook(), self.token_file)
        prometheus = self.run(daemons.prometheus, figures, alertmanager.url.removeprefix("http://"))
        self.panels(prometheus)
        self.rules(prometheus)
        self.alert(alertmanager)

    def run(self, start, *arguments):
        daemon = start(self.deploy, self.options.scratch, *arguments)
        self.running.append(daemon)
        return daemon

    def end(self):
        for one in reversed(self.running):
            one.end()

    def files(self):
        """Each of the files by the tool that is made for it."""
        folder = self.deploy / "prometheus"
        rules, tests = folder / "rules" / "berth.yml", folder / "rules" / "berth_test.yml"
        tool("promtool", "check", "config", str(folder / "prometheus.yml"))
        tool("promtool", "check", "rules", str(rules))
        tool("promtool", "test", "rules", str(tests))
        tool("amtool", "check-config", str(self.deploy / "alertmanager" / "alertmanager.yml"))
        alerts = set(re.findall(r"- alert: (\w+)", rules.read_text()))
        fired = set(re.findall(r"- alertname: (\w+)\n +eval_time: \w+\n +exp_alerts:\n +- exp_labels", tests.read_text()))
        expect(alerts and alerts == fired, f"never fired in a test: {alerts - fired}")
        said("configuration and rules", f"{len(alerts)} alerts fire when they should, and only then")

    def figures(self):
        """The address where the server gives its figures, and what promtool thinks of them."""
        line = until("the server says where its figures are", lambda: (self.line("giving figures to Prometheus"), "no such line"))
        address = json.loads(line)["address"]
        measured = lambda text: "berth_machine_network_bytes_total" in text
        text = until("the machine was measured", lambda: (text if measured(text := get(f"http://{address}/metrics")) else None, text))
        complaints = tool("promtool", "check", "metrics", stdin=text)
        expect(not complaints, complaints)
        said("promtool check metrics", "is content")
        return address

    def line(self, words):
        return next((line for line in self.options.log.read_text().splitlines() if words in line), None)

    def work(self):
        """A tenant of the simulated cloud and tasks that try there, so that there is something to see."""
        cloud = self.options.cloud
        keys = [{"name": "key.pem", "text": (cloud / "key.pem").read_text()}]
        self.ask(IMPORT, config=(cloud / "config").read_text(), keys=keys)
        tenants = until("the tenants' keys were tried", self.active_tenants)
        for number in range(3):
            self.ask(TASK, tenantIds=tenants, name=f"watched {number}", spec=SPEC, schedule={"interval": 5 + number})

    def active_tenants(self):
        nodes = self.ask(TENANTS)["tenants"]["nodes"]
        ready = nodes and all(node["status"] == "ACTIVE" for node in nodes)
        return [node["id"] for node in nodes] if ready else None, nodes

    def ask(self, query, **given):
        body = json.dumps({"query": query, "variables": {"input": given} if given else {}}).encode()
        headers = {"Authorization": f"Bearer {self.token_file.read_text().strip()}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.options.base_url}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=daemons.PATIENCE) as answer:
            answer = json.load(answer)
        expect("errors" not in answer, answer)
        return answer["data"]

    def panels(self, prometheus):
        models = dashboards.of(self.deploy / "grafana" / "dashboards")
        for model in models:
            model.check()
        count = dashboards.all_answered(prometheus, models, lambda: self.ask(TENANTS))
        expect(not dashboards.answered(prometheus, 'berth_no_such_figure{instance=~".*"}'), "it finds data where there is none")
        said("dashboards", f"{len(models)} with {count} queries, and each has data")

    def rules(self, prometheus):
        """Prometheus could work each of them out."""
        groups = prometheus.ask("/api/v1/rules")["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        wrong = [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"]
        expect(rules and not wrong, f"{wrong}")
        said("rules", f"{len(rules)} are worked out")

    def webhook(self):
        """The product's own, which refuses who bears no token."""
        url = f"{self.options.base_url}/hooks/alertmanager"
        try:
            urllib.request.urlopen(urllib.request.Request(url, b"{}", {"Content-Type": "application/json"}))
        except urllib.error.HTTPError as refused:
            expect(refused.code == 401, f"{url} answers {refused.code} to who bears no token")
            return url
        raise Failed(f"{url} takes alerts from anybody")

    def alert(self, alertmanager):
        """A Berth that is down fires an alert; it goes through both of them and comes to the product, which keeps it."""
        until("Alertmanager has the alert", lambda: self.knows(alertmanager))
        headers = {"Authorization": f"Bearer {self.token_file.read_text().strip()}"}
        events = lambda: get(f"{self.options.base_url}/api/events.jsonl", **headers).splitlines()
        of_it = lambda line: "alert.received" in line and "BerthDown" in line
        until("the alert is an event of the product's", lambda: (list(filter(of_it, events())), alertmanager.log.read_text()))
        said("webhook", "an alert that fired came to the product")

    def knows(self, alertmanager):
        alerts = alertmanager.ask("/api/v2/alerts")
        return any(alert["labels"]["alertname"] == "BerthDown" for alert in alerts), alerts


def said(step, what):
    print(f"ok  {step}: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
