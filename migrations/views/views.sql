-- What the read models share. The file can always be folded anew from the log, so nothing here is ever migrated: what does not fit is
-- dropped. Times are milliseconds since 1970 (UTC).
--
-- The tables of a read model end with the number of a generation. They are written here with generation 0, and read through views
-- without a number. A rebuild fills the next generation beside the one that serves.

-- One row for each generation that is folded: the one that serves, and perhaps one beside it.
CREATE TABLE model (
    name           TEXT    NOT NULL,
    generation     INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    live           INTEGER NOT NULL,       -- 1: it serves
    indexed        INTEGER NOT NULL,       -- 0: its indexes are made when it is level
    position       INTEGER NOT NULL,       -- how far the log has been folded. Written in the transaction of the rows
    anchor         INTEGER NOT NULL,       -- the last event that was folded: at `position`, unless that has left the log
    command        TEXT    NOT NULL,       -- of the event at `anchor`: tells another log from the one that was folded
    closed         INTEGER NOT NULL,       -- how far the books were closed for what was folded
    orders         INTEGER NOT NULL,       -- version of the stream of orders up to which they are carried out
    passed_over    INTEGER NOT NULL,       -- events that this release does not know
    fault_position INTEGER,                -- parked here
    fault_message  TEXT,
    rebuilt_ms     INTEGER,                -- when it began to serve after a rebuild
    PRIMARY KEY (name, generation)
) STRICT, WITHOUT ROWID;
