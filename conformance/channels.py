"""Channels of every kind, each with its other side in the simulator."""

import dataclasses

# Everything that means something to somebody's markup, and what is not in ASCII.
SPECIAL = "*_[]()~`>#+-=|{}.!<b>&\"'\\ 🎉 中文 @all <!channel> </a> &amp; $1 %s"
UPSERT = """mutation($input: NotificationChannelUpsertInput!) {
  notificationChannelUpsert(input: $input) { channel { id } userErrors { message field } }
}"""
TEST = """mutation($input: NotificationChannelTestInput!) {
  notificationChannelTest(input: $input) { worked words status durationMs userErrors { message field } }
}"""
DELETE = """mutation($input: NotificationChannelDeleteInput!) {
  notificationChannelDelete(input: $input) { deletedId userErrors { message } }
}"""
DIGEST = 30


@dataclasses.dataclass
class Channel:
    """One place to tell people at. `kind` and `to` are the simulator's words for it."""

    name: str
    field: str
    config: dict
    kind: str
    to: str
    # What the other side holds the sender to.
    secret: str = ""
    # What nobody may ever read.
    secrets: tuple = ()
    # So many notices are told in one message at most.
    digest: int = DIGEST
    # What the real service takes: so many messages within so many milliseconds.
    ceilings: tuple = ()
    at_least: str = "INFO"
    id: str = ""

    def input(self):
        return {self.field: self.config}

    def save(self, server, topics=("TASK_SUCCEEDED", "SYSTEM_ALERT")):
        given = {"name": self.name, "config": self.input(), "topics": list(topics), "rules": {"atLeast": self.at_least}}
        self.id = server.do(UPSERT, given)["channel"]["id"]
        return self

    def test(self, server):
        return server.told(TEST, {"config": self.input()})

    def delete(self, server):
        server.do(DELETE, {"id": self.id})


def family(simulator, number):
    """One of each kind, which no other family shares a place with; introduced to the simulator, not yet to the server."""
    base, word = simulator.channels, f"{number:04d}"
    bot = f"70000{word}:Bot-token-of-{word}-never-to-be-read"
    known = [
        Channel("chat", "telegram", {"botToken": bot, "chatId": f"81{word}", "apiBase": f"{base}/telegram"}, "telegram", f"81{word}",
                secrets=(bot,), ceilings=((1, 900),)),
        Channel("group", "telegram", {"botToken": bot, "chatId": f"-10081{word}", "apiBase": f"{base}/telegram"}, "telegram",
                f"-10081{word}", secrets=(bot,), ceilings=((1, 900), (20, 60_000))),
        robot(base, "dingtalk", "dingTalk", f"ding-access-token-{word}", "dingtalk/robot/send?access_token=", f"SEC-ding-talk-{word}",
              ((20, 60_000),)),
        robot(base, "feishu", "feishu", f"feishu-hook-{word}-0a1b2c", "feishu/open-apis/bot/v2/hook/", f"feishu-secret-{word}",
              ((5, 1_000), (100, 60_000))),
        robot(base, "slack", "slack", f"T{word}/B{word}/slack-secret-part-{word}", "slack/services/", "", ((1, 900),)),
        Channel("bark", "bark", {"server": f"{base}/bark", "deviceKey": f"BarkDeviceKey{word}"}, "bark", f"BarkDeviceKey{word}",
                secrets=(f"BarkDeviceKey{word}",)),
        webhook(base, f"first-{word}"),
        webhook(base, f"second-{word}"),
        mail(simulator, word),
    ]
    for channel in known:
        channel.name = f"{channel.name} {word}"
        if channel.secret:
            simulator.introduce(channel)
    return known


def robot(base, kind, field, place, path, secret, ceilings):
    """One whose address is its secret."""
    config = {"webhook": f"{base}/{path}{place}"} | ({"secret": secret} if secret else {})
    hidden = tuple(word for word in (place.split("/")[-1], secret) if word)
    return Channel(kind, field, config, kind, place, secret, hidden, ceilings=ceilings)


def webhook(base, place, secret=True):
    words = f"webhook-secret-{place}" if secret else ""
    config = {"url": f"{base}/webhook/{place}"} | ({"secret": words} if secret else {})
    return Channel(f"webhook {place}", "webhook", config, "webhook", place, words, (words,) if secret else (), digest=1)


def mail(simulator, word):
    to = f"people-{word}@example.com"
    config = {"from": "berth@example.com", "to": [to], "host": "127.0.0.1", "port": simulator.smtp, "security": "NONE"}
    # No mail server says so: it is what we promise whoever reads them.
    return Channel("mail", "email", config, "email", to, ceilings=((5, 600_000),))
