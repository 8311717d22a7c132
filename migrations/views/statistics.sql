CREATE TABLE attempt_hour_0 (
    grab        TEXT    NOT NULL,
    hour_ms     INTEGER NOT NULL,              -- the beginning of the hour in which they ended
    outcome     TEXT    NOT NULL,
    tenant      TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,              -- of all of them: how long the cloud took
    PRIMARY KEY (grab, hour_ms, outcome)
) STRICT, WITHOUT ROWID;

-- Whose task it is, as the event that made it says.
CREATE TABLE attempt_hour_owner_0 (
    grab   TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_hour_by_hour_0   ON attempt_hour_0 (hour_ms);
CREATE INDEX attempt_hour_by_tenant_0 ON attempt_hour_0 (tenant, hour_ms);
