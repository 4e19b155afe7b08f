-- How the last run of a duty that one process does for all went, so that each process can tell it.
CREATE TABLE duty_run (
    duty TEXT COLLATE "C" PRIMARY KEY,
    ended_at BIGINT NOT NULL,
    took_millis BIGINT NOT NULL,
    done BIGINT NOT NULL,
    failure TEXT,
    succeeded_at BIGINT,
    next_at BIGINT NOT NULL
);
