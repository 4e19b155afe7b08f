-- Which notices before its end a certificate's person has had. The days of the last one stand beside the certificate, 0
-- before the first: by this and its end a certificate with a due notice is found.
ALTER TABLE certificate ADD COLUMN noticed_days INTEGER NOT NULL DEFAULT 0;
-- When an administrator last had the notice sent again.
ALTER TABLE certificate ADD COLUMN noticed_again_at INTEGER;
CREATE INDEX certificate_unnoticed ON certificate (noticed_days, not_after, id) WHERE state = 'valid';
CREATE TABLE certificate_notice (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    certificate_id BLOB NOT NULL REFERENCES certificate (id),
    -- Days before the end.
    days INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    -- When it stood in the administrators' list; NULL: not yet.
    listed_at INTEGER,
    PRIMARY KEY (certificate_id, days)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_notice_unlisted ON certificate_notice (tenant_id, not_after) WHERE listed_at IS NULL;
CREATE INDEX certificate_notice_listed ON certificate_notice (tenant_id, listed_at) WHERE listed_at IS NOT NULL;
CREATE INDEX certificate_notice_sent ON certificate_notice (sent_at);
CREATE INDEX certificate_notice_over ON certificate_notice (not_after);

-- Which notices of a contract's end its administrators have had. A contract with another end begins anew.
CREATE TABLE contract_notice (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    valid_until INTEGER NOT NULL,
    notice TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    -- When it stood in the operators' list; NULL: not yet.
    listed_at INTEGER,
    PRIMARY KEY (tenant_id, valid_until, notice)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_notice_unlisted ON contract_notice (valid_until) WHERE listed_at IS NULL;
CREATE INDEX contract_notice_listed ON contract_notice (listed_at) WHERE listed_at IS NOT NULL;
CREATE INDEX tenant_ending ON tenant (valid_until) WHERE state = 'active' AND kind = 'customer';
