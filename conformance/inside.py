"""What an answer may never tell of the inside, and the judge that looks for it."""

import json
import re

# Each with what it would give away. They are looked for in what the server says by itself: what the request said may come back.
PATTERNS = [
    ("a file's path", r"(?<![\w./:-])/(?:home|root|tmp|usr|var|etc|proc|opt|work|build|rustc)/[\w.-]+"),
    ("a place in the sources", r"\b[\w/-]+\.rs(?::\d+|\b)"),
    ("SQL", r"\b(?:SELECT\s[^.]{1,200}?\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|CREATE\s+(?:TABLE|INDEX|VIEW))\s"),
    ("SQL", r"\bselect\s.{1,200}?\sfrom\s.{1,200}?\s(?:where|order by|limit)\s|\binsert into \w+ ?\("),
    ("words of the database", r"(?i)\bsqlx\b|\bsqlite_\w+|no such (?:table|column)|constraint failed|database is locked|syntax error (?:at or )?near"),
    ("a Rust path", r"\b(?:alloc|core|std|tokio|serde|serde_json|async_graphql|actix(?:_\w+)?|hyper|reqwest|berth_\w+)::\w"),
    ("a Rust value", r"\b(?:Some|Ok|Err)\(|\w+ \{ \w+: "),
    ("a Rust type", r"\b(?:u8|u16|u32|u64|u128|i8|i16|i32|i64|i128|usize|isize|f32|f64)\b|\bstruct \w|\binvalid type: "),
    ("a panic", r"\bpanicked\b|stack backtrace|RUST_BACKTRACE|called `(?:Option|Result)::"),
    ("a password's hash", r"\$argon2"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
]

# What the judge must find, by the name that it gives it, and what it must let pass.
TOLD = {
    "a file's path": "failed to open /tmp/tmp.x1/data/views.db",
    "a place in the sources": "crates/store/src/sqlite/read.rs:41:9",
    "SQL": "near: SELECT id FROM task_3 WHERE id = ?",
    "words of the database": "UNIQUE constraint failed: stream.version",
    "a Rust path": "core::num::ParseIntError",
    "a Rust value": 'Some("x")',
    "a Rust type": "invalid type: string, expected u64",
    "a panic": "thread 'x' panicked at",
    "a password's hash": "$argon2id$v=19$m=19456",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
    "a secret": "hunter2-of-this-run",
}
HARMLESS = [
    "no task has the id \"task_01\": select one from the list",
    "2026-11-22T03:45:01.000Z",
    "/graphql answers POST",
    "VM.Standard.A1.Flex {2, 12}",
]


class Judge:
    """Knows the secrets of one run beside what is never told."""

    def __init__(self, secrets=()):
        self.patterns = [(name, re.compile(pattern)) for name, pattern in PATTERNS]
        self.secrets = [secret for secret in secrets if len(secret) >= 8]

    def told(self, answer, request=""):
        """What an answer's text tells, as `(what, the words)`. What the request said itself is no news."""
        return [found for text in strings(answer) for found in self.told_by(text) if found[1] not in request]

    def told_by(self, text):
        yield from (("a secret", "…") for secret in self.secrets if secret in text)
        for name, pattern in self.patterns:
            yield from ((name, found.group()) for found in pattern.finditer(text))


def strings(answer):
    """All texts and names of a JSON document; the whole of what is none."""
    try:
        yield from texts(json.loads(answer))
    except ValueError:
        yield answer


def texts(value):
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            for name, item in value.items():
                yield name
                yield from texts(item)


def prove_itself():
    """A judge that finds nothing would pass everything: each kind is found once, and nothing in what is harmless."""
    judge = Judge(["hunter2-of-this-run"])
    for name, text in TOLD.items():
        found = {what for what, _ in judge.told(json.dumps({"errors": [{"message": text}]}))}
        assert name in found, f"the judge does not find {name} in {text!r}"
        assert name == "a secret" or not judge.told(text, request=text), f"the judge blames the server for the request's {text!r}"
    for text in HARMLESS:
        assert not judge.told(text), f"the judge finds {judge.told(text)} in {text!r}"
    return len(TOLD)
