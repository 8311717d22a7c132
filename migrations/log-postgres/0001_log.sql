-- The log. Times are milliseconds since 1970 (UTC); positions and versions count from 1 without holes but where a released run
-- says so. Texts are compared by their bytes, whatever the database's locale, as SQLite does.

CREATE TABLE events (
    position    BIGINT  PRIMARY KEY,           -- commit order
    stream      TEXT    COLLATE "C" NOT NULL,  -- "kind/id"
    version     BIGINT  NOT NULL,              -- place within the stream
    name        TEXT    COLLATE "C" NOT NULL,
    schema      INTEGER NOT NULL,              -- version of the shape of `data`
    time_ms     BIGINT  NOT NULL,
    actor       TEXT    NOT NULL,
    correlation TEXT    NOT NULL,
    causation   TEXT,
    command     TEXT    COLLATE "C" NOT NULL,
    data        TEXT    NOT NULL,              -- JSON, kept byte for byte, which JSONB would not
    checksum    BYTEA   NOT NULL,              -- SHA-256 over the row before's checksum and this row
    UNIQUE (stream, version)
);

-- One row: where the log ends. Locked first in the transaction of every append, so positions are dense and in commit order.
CREATE TABLE head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position BIGINT  NOT NULL,
    checksum BYTEA   NOT NULL                  -- of the event at `position`; zeros before the first
) WITH (fillfactor = 10);
INSERT INTO head VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- Runs of positions whose events were let go. An event at such a position stands in for others; its checksum follows its run's.
CREATE TABLE released (
    first    BIGINT PRIMARY KEY,
    last     BIGINT NOT NULL CHECK (last >= first),
    checksum BYTEA  NOT NULL,                  -- of the event that was at `last`: the chain goes on from it
    stand_ins BIGINT NOT NULL DEFAULT 0        -- how many events stand in: one that is gone leaves no gap in the chain
);

-- One row. Commands that ended at or before this position are forgotten.
CREATE TABLE books (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    closed_through BIGINT  NOT NULL
);
INSERT INTO books VALUES (1, 0);

-- What a repeated command is answered.
CREATE TABLE commands (
    id            TEXT   COLLATE "C" PRIMARY KEY,
    fingerprint   BYTEA  NOT NULL,             -- hash of the command's input
    last_position BIGINT NOT NULL,             -- its events are last_position - event_count + 1 ..= last_position
    event_count   BIGINT NOT NULL,
    time_ms       BIGINT NOT NULL
);

-- Names of which only one may exist: who holds which.
CREATE TABLE claims (
    space TEXT COLLATE "C" NOT NULL,
    key   TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,           -- a stream
    PRIMARY KEY (space, key)
);

CREATE TABLE snapshots (
    stream  TEXT    COLLATE "C" PRIMARY KEY,
    version BIGINT  NOT NULL,
    schema  INTEGER NOT NULL,
    data    TEXT    NOT NULL
);

CREATE TABLE checkpoints (
    follower TEXT   COLLATE "C" PRIMARY KEY,
    position BIGINT NOT NULL
);

-- Ciphertext only; the key that opens it is never in this database.
CREATE TABLE secrets (
    id     TEXT  COLLATE "C" PRIMARY KEY,
    kind   TEXT  NOT NULL,
    owner  TEXT  NOT NULL,
    sealed BYTEA NOT NULL
);

-- A released lease keeps its row, so that an epoch is never given twice.
CREATE TABLE leases (
    key        TEXT   COLLATE "C" PRIMARY KEY,
    owner      TEXT,
    epoch      BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- The past cannot be changed. Our own role may not, though it owns the table; and a superuser, whom no grant binds, meets the
-- triggers. Closing the books lifts both within its own transaction.
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are immutable'; END $$;

CREATE FUNCTION refuse_to_insert_events() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
$$ BEGIN
    IF EXISTS (SELECT 1 FROM added WHERE position <= (SELECT position FROM head)) THEN
        RAISE EXCEPTION 'events are only appended';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events();

CREATE TRIGGER events_are_only_appended AFTER INSERT ON events
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_insert_events();

REVOKE UPDATE, DELETE, TRUNCATE ON events FROM CURRENT_USER, PUBLIC;
