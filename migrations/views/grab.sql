CREATE TABLE grab_0 (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    tenant     TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,               -- the name in lower case, to sort by
    haystack   TEXT    NOT NULL,               -- what a search looks into, in lower case
    shape      TEXT    NOT NULL,
    region     TEXT    NOT NULL,               -- the first one
    created_ms INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    runs       INTEGER NOT NULL,               -- takes one of the places for running tasks
    busy       INTEGER NOT NULL,               -- an attempt is out, or an instance does not run yet
    wanting    INTEGER NOT NULL,               -- runs, busy or queued: somebody must look after it
    attempts   INTEGER NOT NULL,
    faults     INTEGER NOT NULL,
    due_ms     INTEGER,                        -- when the next attempt is due
    changed_ms INTEGER NOT NULL,               -- time of the last event
    activity   INTEGER NOT NULL,               -- position of the last event that changed its place in life
    queued_ms  INTEGER,                        -- since when it waits for a place among the running tasks
    deleted    INTEGER NOT NULL,               -- off the lists
    regions    TEXT    NOT NULL,               -- JSON: all that are tried
    grab       TEXT    NOT NULL                -- JSON: the folded state
) STRICT;

CREATE INDEX grab_by_position_0 ON grab_0 (position);
CREATE INDEX grab_by_activity_0 ON grab_0 (runs, activity);
CREATE INDEX grab_by_creation_0 ON grab_0 (created_ms, id);
CREATE INDEX grab_by_tenant_0   ON grab_0 (tenant);
-- Covers the question which tasks need somebody, asked at every start.
CREATE INDEX grab_wanting_0     ON grab_0 (id, tenant, runs, busy, due_ms, queued_ms) WHERE wanting = 1;
-- Counts what is listed without reading the rows, which are large. Begins with the id so that no page is sorted for its sake.
CREATE INDEX grab_listed_0      ON grab_0 (id, deleted) WHERE deleted = 0;
