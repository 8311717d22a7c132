CREATE TABLE profile_0 (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    name_key     TEXT    NOT NULL,             -- the name in lower case, to sort by
    haystack     TEXT    NOT NULL,             -- what a search looks into, in lower case
    deleted      INTEGER NOT NULL,             -- 1 once it is off the lists
    profile      TEXT    NOT NULL              -- JSON: the folded state
) STRICT;

CREATE INDEX profile_by_name_0 ON profile_0 (name_key, id);
