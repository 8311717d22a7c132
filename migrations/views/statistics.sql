-- How the attempts of one task ended, by the hour in which they did, and where.
CREATE TABLE attempt_hour_0 (
    grab         TEXT    NOT NULL,
    hour_ms      INTEGER NOT NULL,             -- the beginning of the hour
    region       TEXT    NOT NULL,
    domain       TEXT    NOT NULL,             -- the availability domain; empty where none was said
    shape        TEXT    NOT NULL,             -- as it was ordered then
    outcome      TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    duration_ms  INTEGER NOT NULL,             -- of all of them: how long the cloud took
    preparations INTEGER NOT NULL,             -- preparations that failed so: no attempts
    lost         INTEGER NOT NULL,             -- instances that were accepted, and ended so before they ran
    PRIMARY KEY (grab, hour_ms, region, domain, shape, outcome)
) STRICT, WITHOUT ROWID;

-- The same over all tasks of a tenant, and over all tenants under no name: few rows, so that a month is read at once.
CREATE TABLE place_hour_0 (
    tenant       TEXT    NOT NULL,             -- empty: all of them together
    hour_ms      INTEGER NOT NULL,
    region       TEXT    NOT NULL,
    domain       TEXT    NOT NULL,
    shape        TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    duration_ms  INTEGER NOT NULL,
    preparations INTEGER NOT NULL,
    lost         INTEGER NOT NULL,
    PRIMARY KEY (tenant, hour_ms, region, domain, shape, outcome)
) STRICT, WITHOUT ROWID;

-- Each instance that was seen running: they are few.
CREATE TABLE granted_0 (
    grab    TEXT    NOT NULL,
    number  INTEGER NOT NULL,                  -- of the attempt that got it
    tenant  TEXT    NOT NULL,
    region  TEXT    NOT NULL,
    domain  TEXT    NOT NULL,
    shape   TEXT    NOT NULL,
    hour_ms INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    took_ms INTEGER,                           -- since the task was last started, or got the one before
    PRIMARY KEY (grab, number)
) STRICT, WITHOUT ROWID;

-- What is known of each task that events about its attempts do not say.
CREATE TABLE hunt_0 (
    grab       TEXT NOT NULL PRIMARY KEY,
    tenant     TEXT NOT NULL,
    region     TEXT NOT NULL,                  -- the first of its order
    aimed      TEXT NOT NULL,                  -- the region of its last attempt; before the first, that of its order
    shape      TEXT NOT NULL,
    started_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX granted_by_hour_0 ON granted_0 (hour_ms);
