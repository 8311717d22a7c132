-- What the read models share. The file can always be folded anew from the log, so nothing here is ever migrated: when a version
-- differs, the file is dropped. Times are milliseconds since 1970 (UTC).

-- Which read models the file holds, and in which shape.
CREATE TABLE model (
    name    TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: how far the log has been folded. Written in the transaction of the rows.
CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    command  TEXT    NOT NULL      -- of the event at `position`: tells another log from the one that was folded
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, '');
