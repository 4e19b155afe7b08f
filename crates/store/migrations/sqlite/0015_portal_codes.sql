-- The code that was mailed to a person who chooses a password of the portal by it.
CREATE TABLE portal_code (
    user_id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    email TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    wrong_tries INTEGER NOT NULL,
    mails INTEGER NOT NULL,
    mails_since INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
) STRICT;

-- When an administrator erased the password; its hash is empty then. The row stays, so that the next password is not
-- taken for the first one.
ALTER TABLE portal_password ADD COLUMN erased_at INTEGER;
