-- A pickup keeps the file in the encryption that its system reads; the other one is made when it is asked for.
-- sealed_under: which key opens the bytes. Those of before, for their last minutes, open with the installation's alone.
-- passwords_tried: how often a password was typed to have the file written in the other encryption.
-- SQLite takes no NOT NULL away, so the table is made anew.
CREATE TABLE pickup_anew (
    application_id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    certificate_id BLOB NOT NULL REFERENCES certificate (id),
    token_hash BLOB NOT NULL,
    modern_sealed BLOB,
    compat_sealed BLOB,
    sealed_under TEXT NOT NULL DEFAULT 'installation' CHECK (sealed_under IN ('installation', 'token')),
    passwords_tried INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL,
    CONSTRAINT pickup_token_unique UNIQUE (token_hash),
    CONSTRAINT pickup_has_file CHECK (modern_sealed IS NOT NULL OR compat_sealed IS NOT NULL),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id)
) STRICT;
INSERT INTO pickup_anew (application_id, tenant_id, certificate_id, token_hash, modern_sealed, compat_sealed, expires_at)
    SELECT application_id, tenant_id, certificate_id, token_hash, modern_sealed, compat_sealed, expires_at FROM pickup;
DROP TABLE pickup;
ALTER TABLE pickup_anew RENAME TO pickup;
CREATE INDEX pickup_expiry ON pickup (expires_at);
