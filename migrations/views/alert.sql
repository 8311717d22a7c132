CREATE TABLE alert_0 (
    id           TEXT    NOT NULL PRIMARY KEY, -- the rule's name, or ext- and 32 digits
    version      INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    moved        INTEGER NOT NULL,             -- position of the last event that raised or resolved it; 0 before it was ever raised
    raised       INTEGER NOT NULL,             -- 1 while it is raised
    spells       TEXT    NOT NULL,             -- JSON: the last times that it was raised, newest first
    alert        TEXT    NOT NULL              -- JSON: the folded state
) STRICT;

CREATE INDEX alert_by_position_0 ON alert_0 (position);
CREATE INDEX alert_by_move_0 ON alert_0 (raised, moved);
