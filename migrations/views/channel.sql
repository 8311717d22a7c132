CREATE TABLE channel_0 (
    id           TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    name_key     TEXT    NOT NULL,             -- the name in lower case, to sort by
    deleted      INTEGER NOT NULL,             -- 1 once it is off the lists
    channel      TEXT    NOT NULL              -- JSON: the folded state
) STRICT;
