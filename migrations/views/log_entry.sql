CREATE TABLE log_entry (
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

-- Each entry of an index ends with the place, so these give the order as well.
CREATE INDEX log_entry_by_grab   ON log_entry (grab) WHERE grab IS NOT NULL;
CREATE INDEX log_entry_by_tenant ON log_entry (tenant);
