-- Sheets and slips that can be opened again, mails that wait, links on the portal, imports that stop.

-- While the page of a sheet or slip may be opened again: the password, by whom, until when.
ALTER TABLE invitation ADD COLUMN password_sealed BYTEA;
ALTER TABLE invitation ADD COLUMN maker_id BYTEA;
ALTER TABLE invitation ADD COLUMN readable_until BIGINT;
CREATE INDEX invitation_readable ON invitation (readable_until) WHERE readable_until IS NOT NULL;

-- Does it wait while its tenant is shut out?
ALTER TABLE effect ADD COLUMN waits_for_tenant BIGINT NOT NULL DEFAULT 0 CHECK (waits_for_tenant IN (0, 1));

CREATE TABLE portal_link (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    title TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX portal_link_tenant ON portal_link (tenant_id, number);

ALTER TABLE user_import DROP CONSTRAINT user_import_state_check;
ALTER TABLE user_import ADD CONSTRAINT user_import_state_check
    CHECK (state IN ('checked', 'running', 'stopped', 'done', 'cancelled'));
ALTER TABLE user_import RENAME COLUMN created_by TO administrator_id;
