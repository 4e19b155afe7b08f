-- The code that was mailed to a person who chooses a password of the portal by it.
CREATE TABLE portal_code (
    user_id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    email TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    mails_since BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);

-- When an administrator erased the password; its hash is empty then. The row stays, so that the next password is not
-- taken for the first one.
ALTER TABLE portal_password ADD COLUMN erased_at BIGINT;
