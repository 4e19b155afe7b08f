-- How the last run of a duty that one process does for all went, so that each process can tell it.
CREATE TABLE duty_run (
    duty TEXT PRIMARY KEY,
    ended_at INTEGER NOT NULL,
    took_millis INTEGER NOT NULL,
    done INTEGER NOT NULL,
    failure TEXT,
    succeeded_at INTEGER,
    next_at INTEGER NOT NULL
) STRICT;
