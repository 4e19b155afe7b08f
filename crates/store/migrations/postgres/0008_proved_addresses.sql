-- Which e-mail address was proved to reach a person: what applications are told. Everybody with a certificate that was
-- picked up counts as proved.
ALTER TABLE user_account ADD COLUMN proved_email TEXT;
UPDATE user_account SET proved_email = email
    WHERE EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = user_account.tenant_id
        AND c.user_id = user_account.id AND c.picked_up_at IS NOT NULL);

-- The code that was mailed to a person's new address.
CREATE TABLE email_proof (
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

-- What a tenant's login names and addresses look like; lists are divided by a comma and a blank.
ALTER TABLE tenant ADD COLUMN login_suffix TEXT;
ALTER TABLE tenant ADD COLUMN email_domains TEXT NOT NULL DEFAULT '';
ALTER TABLE tenant ADD COLUMN vouched_domains TEXT NOT NULL DEFAULT '';
