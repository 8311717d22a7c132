CREATE TABLE attempt_0 (
    grab                TEXT    NOT NULL,
    number              INTEGER NOT NULL,
    position            INTEGER NOT NULL,      -- of the last event about it
    tenant              TEXT    NOT NULL,
    availability_domain TEXT    NOT NULL,
    started_ms          INTEGER NOT NULL,
    outcome             TEXT,                  -- absent while it is out
    reason              TEXT,
    duration_ms         INTEGER,
    provider_error      TEXT,                  -- JSON: status, code, message, request id
    request_id          TEXT,
    instance            TEXT,
    resends             INTEGER NOT NULL,
    PRIMARY KEY (grab, number)
) STRICT, WITHOUT ROWID;

-- Whose task it is, as the event that made it says.
CREATE TABLE attempt_owner_0 (
    grab   TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL
) STRICT, WITHOUT ROWID;
