-- The log. Times are milliseconds since 1970 (UTC); positions and versions count from 1 without holes.

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,           -- commit order
    stream      TEXT    NOT NULL,              -- "kind/id"
    version     INTEGER NOT NULL,              -- place within the stream
    name        TEXT    NOT NULL,
    schema      INTEGER NOT NULL,              -- version of the shape of `data`
    time_ms     INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    correlation TEXT    NOT NULL,
    causation   TEXT,
    command     TEXT    NOT NULL,
    data        TEXT    NOT NULL,              -- JSON, kept byte for byte
    checksum    BLOB    NOT NULL,              -- SHA-256 over the row before's checksum and this row
    UNIQUE (stream, version)
) STRICT;

-- One row: where the log ends. Written in the transaction of every append, so positions are dense.
CREATE TABLE head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    checksum BLOB    NOT NULL                  -- of the event at `position`; zeros before the first
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32));

-- What a repeated command is answered.
CREATE TABLE commands (
    id            TEXT    PRIMARY KEY,
    fingerprint   BLOB    NOT NULL,            -- hash of the command's input
    last_position INTEGER NOT NULL,            -- its events are last_position - event_count + 1 ..= last_position
    event_count   INTEGER NOT NULL,
    time_ms       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Names of which only one may exist: who holds which.
CREATE TABLE claims (
    space TEXT NOT NULL,
    key   TEXT NOT NULL,
    owner TEXT NOT NULL,                       -- a stream
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
    stream  TEXT    PRIMARY KEY,
    version INTEGER NOT NULL,
    schema  INTEGER NOT NULL,
    data    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    follower TEXT    PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ciphertext only; the key that opens it is never in this file.
CREATE TABLE secrets (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    owner  TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A released lease keeps its row, so that an epoch is never given twice.
CREATE TABLE leases (
    key        TEXT    PRIMARY KEY,
    owner      TEXT,
    epoch      INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The past cannot be changed, by anybody's SQL. INSERT OR REPLACE would delete without firing the delete trigger,
-- so inserting is guarded too: only behind the last event, and never over an existing version.
CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END;

CREATE TRIGGER events_are_only_appended BEFORE INSERT ON events
WHEN NEW.position <= (SELECT max(position) FROM events)
  OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
