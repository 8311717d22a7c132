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

-- Each entry of an index ends with the place, so these give the order as well.
CREATE INDEX log_entry_by_grab_0   ON log_entry_0 (grab) WHERE grab IS NOT NULL;
CREATE INDEX log_entry_by_tenant_0 ON log_entry_0 (tenant);
