CREATE TABLE tenant_0 (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    name_key     TEXT    NOT NULL,             -- the name in lower case, to sort by
    haystack     TEXT    NOT NULL,             -- what a search looks into, in lower case
    status       TEXT    NOT NULL,             -- as the API says it
    regions      TEXT    NOT NULL,             -- JSON: region codes, home first
    created_ms   INTEGER NOT NULL,
    last_failure TEXT,                         -- JSON: what the last failed connection test was told
    note         TEXT,                         -- why it is suspended, in the cloud's words or a person's
    tenant       TEXT    NOT NULL              -- JSON: the folded state
) STRICT;

CREATE INDEX tenant_by_name_0 ON tenant_0 (name_key, id);
