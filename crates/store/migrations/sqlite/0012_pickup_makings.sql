-- Files in the making, so that each process can tell how far one is. 'kept': the file is there, and the gates of the
-- process that made it may not know its certificate yet.
CREATE TABLE pickup_making (
    token_hash BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    application_id BLOB NOT NULL,
    certificate_id BLOB NOT NULL REFERENCES certificate (id),
    state TEXT NOT NULL CHECK (state IN ('preparing', 'kept', 'failed')),
    state_since INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id)
) STRICT;
CREATE INDEX pickup_making_certificate ON pickup_making (certificate_id);
