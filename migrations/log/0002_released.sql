-- Closing the books: which positions were let go, and how far the books are closed. From here on positions and versions have
-- holes, lawful where a run of `released` lies.

-- Runs of positions whose events were let go. An event at such a position stands in for others; its checksum follows its run's.
CREATE TABLE released (
    first     INTEGER PRIMARY KEY,
    last      INTEGER NOT NULL CHECK (last >= first),
    checksum  BLOB    NOT NULL,                -- of the event that was at `last`: the chain goes on from it
    stand_ins INTEGER NOT NULL DEFAULT 0       -- how many events stand in: one that is gone leaves no gap in the chain
) STRICT;

-- One row. Commands that ended at or before this position are forgotten.
CREATE TABLE books (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    closed_through INTEGER NOT NULL
) STRICT;
INSERT INTO books VALUES (1, 0);
