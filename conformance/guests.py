"""Who asks: a stranger, and a user of each role with a session. And what there is to ask for."""

import itertools
import pathlib
import time

import requests

USER = """mutation Make($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }"""
SIGN_IN = """mutation SignIn($input: SessionCreateInput!) { sessionCreate(input: $input) { user { id } userErrors { message } } }"""
VIEWER = "{ viewer { role } }"
IMPORT = """mutation Import($input: TenantImportInput!) {
  tenantImport(input: $input) { userErrors { message } results { userErrors { message } } }
}"""
TENANTS = "{ tenants(first: 100) { nodes { id status } } }"
TASK = """mutation Task($input: GrabTaskCreateInput!) { grabTaskCreate(input: $input) { grabTasks { id } userErrors { message } } }"""
PROFILE = """mutation Profile($input: LaunchProfileCreateInput!) {
  launchProfileCreate(input: $input) { launchProfile { id } userErrors { message } }
}"""
SPEC = {"shape": "VM.Standard.A1.Flex", "ocpus": 1, "memoryGb": 6, "image": "Canonical Ubuntu 22.04", "region": "ap-tokyo-1"}
ROLES = ["VIEWER", "ADMIN", "SUPER_ADMIN"]


class Owner:
    """Whoever has the machine's token. Nothing that others do takes it away."""

    def __init__(self, endpoint, token):
        self.endpoint, self.token, self.number = endpoint, token, itertools.count()
        self.session = client({"Authorization": f"Bearer {token}"})

    def ask(self, query, **variables):
        return answer(self.session.post(self.endpoint, json={"query": query, "variables": variables}, timeout=60))

    def do(self, mutation, field, given):
        payload = self.ask(mutation, input=given)[field]
        assert payload["userErrors"] == [], payload
        return payload

    def new_user(self, role):
        name, password = f"{role.lower()}-{next(self.number)}", f"Storm-{role}-{time.time_ns()}"
        self.do(USER, "userCreate", {"username": name, "password": password, "role": role})
        return name, password

    def furnish(self, cloud):
        """A first user, who must be a super administrator, tenants of the simulated cloud, tasks that try there, and profiles: what is not there nobody can get wrong."""
        self.new_user("SUPER_ADMIN")
        cloud = pathlib.Path(cloud)
        keys = [{"name": "key.pem", "text": (cloud / "key.pem").read_text()}]
        self.do(IMPORT, "tenantImport", {"config": (cloud / "config").read_text(), "keys": keys})
        tenants = self.active_tenants()
        for number in range(3):
            schedule = {"interval": 5 + number}
            self.do(TASK, "grabTaskCreate", {"tenantIds": tenants, "name": f"storm {number}", "spec": SPEC, "schedule": schedule})
            self.do(PROFILE, "launchProfileCreate", {"name": f"storm {number}", "spec": SPEC | {"rootPassword": "Root-Of-The-Storm-1"}})

    def active_tenants(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            nodes = self.ask(TENANTS)["tenants"]["nodes"]
            if nodes and all(node["status"] == "ACTIVE" for node in nodes):
                return [node["id"] for node in nodes]
            time.sleep(0.1)
        raise TimeoutError("the tenants' keys were not tried")


class Guest:
    """One who asks. Whose session ended in the storm comes in anew, as a new user: the old one may be gone. And from another address: of the
    old one too many wrong passwords came, as they must in a storm."""

    def __init__(self, role, owner):
        self.role, self.owner, self.admissions, self.secrets = role, owner, 0, []
        self.session = client({})

    @property
    def name(self):
        return self.role.lower().replace("_", " ") if self.role else "anonymous"

    def come_in(self):
        if self.role is None or self.is_in():
            return
        self.admissions += 1
        name, password = self.owner.new_user(self.role)
        self.session = client({"Origin": self.owner.endpoint.removesuffix("/graphql"), "Sec-Fetch-Site": "same-origin"})
        self.session.mount("http://", From(f"127.0.{len(self.role)}.{self.admissions}"))
        payload = self.ask(SIGN_IN, input={"username": name, "password": password})["sessionCreate"]
        assert payload["userErrors"] == [] and self.is_in(), payload
        self.secrets += [password, *self.session.cookies.values()]

    def is_in(self):
        return bool(self.session.cookies) and (self.ask(VIEWER)["viewer"] or {}).get("role") == self.role

    def ask(self, query, **variables):
        return answer(self.session.post(self.owner.endpoint, json={"query": query, "variables": variables}, timeout=60))


class From(requests.adapters.HTTPAdapter):
    """Calls from one of the loopback's addresses."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


def client(headers):
    session = requests.Session()
    session.trust_env = False
    session.headers.update(headers)
    return session


def answer(response):
    body = response.json()
    assert "errors" not in body, body
    return body["data"]
