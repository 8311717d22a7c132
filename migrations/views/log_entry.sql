CREATE TABLE log_entry_0 (
    place    INTEGER PRIMARY KEY,              -- the event's position times 16, plus the place among the event's lines
    time_ms  INTEGER NOT NULL,
    level    INTEGER NOT NULL,                 -- 0 debug, 1 info, 2 warn, 3 error
    category TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    english  TEXT    NOT NULL,
    chinese  TEXT    NOT NULL,
    fields   TEXT    NOT NULL,                 -- JSON: the values behind the message
    tenant   TEXT,
    grab     TEXT,
    actor    TEXT    NOT NULL
) STRICT;

-- Whose task it is, as the event that made it says.
CREATE TABLE log_entry_owner_0 (
    grab   TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the deliveries that are on their way are about, as the event that queued each says.
CREATE TABLE log_entry_delivery_0 (
    delivery TEXT NOT NULL PRIMARY KEY,
    tenant   TEXT,
    grab     TEXT,
    channel  TEXT NOT NULL,
    english  TEXT NOT NULL,                    -- its title
    chinese  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When the lines of a stretch of 4,096 positions were written, the first and the last by the clock: where a span of time may lie.
-- A clock that was set back makes stretches overlap, and a question look further, but never miss a line.
CREATE TABLE log_entry_span_0 (
    block    INTEGER PRIMARY KEY,              -- places / 65,536
    earliest INTEGER NOT NULL,
    latest   INTEGER NOT NULL
) STRICT;

-- Each entry of an index ends with the place, so these give the order as well.
CREATE INDEX log_entry_by_grab_0   ON log_entry_0 (grab) WHERE grab IS NOT NULL;
CREATE INDEX log_entry_by_tenant_0 ON log_entry_0 (tenant);

-- Nearly all lines are of attempts, and no warnings: the others are few, and are found without passing those by.
CREATE INDEX log_entry_rare_0 ON log_entry_0 (category) WHERE category <> 'GRAB';
CREATE INDEX log_entry_warned_0 ON log_entry_0 (place) WHERE level >= 2;
CREATE INDEX log_entry_failed_0 ON log_entry_0 (place) WHERE level >= 3;
CREATE INDEX log_entry_warned_by_grab_0 ON log_entry_0 (grab) WHERE level >= 2;
CREATE INDEX log_entry_failed_by_grab_0 ON log_entry_0 (grab) WHERE level >= 3;
