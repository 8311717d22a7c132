CREATE TABLE grab (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    tenant     TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,               -- the name in lower case, to sort by
    haystack   TEXT    NOT NULL,               -- what a search looks into, in lower case
    shape      TEXT    NOT NULL,
    region     TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    runs       INTEGER NOT NULL,               -- takes one of the places for running tasks
    busy       INTEGER NOT NULL,               -- an attempt is out, or an instance does not run yet
    wanting    INTEGER NOT NULL,               -- runs or busy: somebody must look after it
    attempts   INTEGER NOT NULL,
    faults     INTEGER NOT NULL,
    due_ms     INTEGER,                        -- when the next attempt is due
    changed_ms INTEGER NOT NULL,               -- time of the last event
    activity   INTEGER NOT NULL,               -- position of the last event that changed its place in life
    grab       TEXT    NOT NULL                -- JSON: the folded state
) STRICT;

CREATE INDEX grab_by_position ON grab (position);
CREATE INDEX grab_by_activity ON grab (runs, activity);
CREATE INDEX grab_by_creation ON grab (created_ms, id);
CREATE INDEX grab_by_tenant   ON grab (tenant);
-- Covers the question which tasks need somebody, asked at every start.
CREATE INDEX grab_wanting     ON grab (id, tenant, runs, busy, due_ms) WHERE wanting = 1;
