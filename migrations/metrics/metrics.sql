-- Means over spans of time. A span of 60 s is kept beside those of 5 s that it is the mean of.
CREATE TABLE sample (
    span_ms                            INTEGER NOT NULL,
    begins_ms                          INTEGER NOT NULL,  -- milliseconds since 1970-01-01 UTC, a multiple of span_ms
    weight                             INTEGER NOT NULL,  -- of how many measurements it is the mean
    cpu_percent                        REAL    NOT NULL,
    memory_used_bytes                  REAL    NOT NULL,
    memory_total_bytes                 REAL    NOT NULL,
    disk_used_bytes                    REAL    NOT NULL,
    disk_total_bytes                   REAL    NOT NULL,
    disk_read_bytes_per_second         REAL,              -- absent where the system does not count it
    disk_written_bytes_per_second      REAL,
    network_received_bytes_per_second  REAL    NOT NULL,
    network_sent_bytes_per_second      REAL    NOT NULL,
    load_1                             REAL,              -- absent where the system has none
    process_cpu_percent                REAL    NOT NULL,
    process_resident_bytes             REAL    NOT NULL,
    process_read_bytes_per_second      REAL    NOT NULL,
    process_written_bytes_per_second   REAL    NOT NULL,
    process_uptime_seconds             REAL    NOT NULL,
    process_actors                     REAL    NOT NULL,
    process_subscriptions              REAL    NOT NULL,
    process_events_per_second          REAL    NOT NULL,
    process_projection_lag             REAL    NOT NULL,
    PRIMARY KEY (span_ms, begins_ms)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
