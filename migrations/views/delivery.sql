CREATE TABLE delivery_0 (
    born      INTEGER NOT NULL PRIMARY KEY,    -- position of the event that queued it: the order of lists, which never changes
    id        TEXT    NOT NULL UNIQUE,
    version   INTEGER NOT NULL,
    position  INTEGER NOT NULL,                -- of the last event about it
    channel   TEXT    NOT NULL,
    topic     TEXT    NOT NULL,
    state     TEXT    NOT NULL,                -- PENDING, SENDING, RETRYING, DELIVERED, FAILED
    task      TEXT,                            -- absent when it is about none
    tenant    TEXT,                            -- absent when it concerns everybody
    delivery  TEXT    NOT NULL                 -- JSON: the folded state, with the notice's facts and what the other side said
) STRICT;

-- Each entry of an index ends with the row's key, the place in the list, so these give the order as well.
CREATE INDEX delivery_by_position_0 ON delivery_0 (position);
CREATE INDEX delivery_by_channel_0  ON delivery_0 (channel);
CREATE INDEX delivery_by_task_0     ON delivery_0 (task) WHERE task IS NOT NULL;
CREATE INDEX delivery_by_tenant_0   ON delivery_0 (tenant) WHERE tenant IS NOT NULL;

-- Nearly all are delivered: the others are few, and are found and counted without passing those by.
CREATE INDEX delivery_rare_0    ON delivery_0 (state) WHERE state <> 'DELIVERED';
CREATE INDEX delivery_counted_0 ON delivery_0 (channel, state) WHERE state <> 'DELIVERED';
