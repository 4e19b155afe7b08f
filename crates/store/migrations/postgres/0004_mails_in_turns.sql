-- Mail in two classes and in turns between tenants; where each person's newest mail stands.

-- Which queue: what a person waits for, or one of many. What was queued before and opens something for longer than
-- a PIN's usual life is an invitation: most of those came from imports.
ALTER TABLE effect ADD COLUMN class TEXT NOT NULL DEFAULT 'awaited' CHECK (class IN ('awaited', 'bulk'));
UPDATE effect SET class = 'bulk' WHERE state = 'waiting' AND opens_until > created_at + CAST(10 AS BIGINT) * 86400000;
-- What it brings, to which person, for which application.
ALTER TABLE effect ADD COLUMN purpose TEXT NOT NULL DEFAULT 'notice';
ALTER TABLE effect ADD COLUMN user_id BYTEA;
ALTER TABLE effect ADD COLUMN application_id BYTEA;
-- Why it has not left, beside the words in last_error.
ALTER TABLE effect ADD COLUMN trouble TEXT;
CREATE INDEX effect_turn ON effect (class, tenant_id, next_attempt_at, id) WHERE state = 'waiting';
CREATE INDEX effect_user ON effect (tenant_id, user_id, id);
CREATE INDEX effect_bulk ON effect (tenant_id, created_at) WHERE class = 'bulk';
CREATE INDEX effect_trouble ON effect (tenant_id, id) WHERE trouble IS NOT NULL;

-- Where the newest mail to a person stands. It outlives the mail.
CREATE TABLE mail_delivery (
    tenant_id BYTEA NOT NULL,
    user_id BYTEA PRIMARY KEY,
    effect_id BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('queued', 'delayed', 'sent', 'refused', 'given-up')),
    standing_since BIGINT NOT NULL,
    last_error TEXT,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);
CREATE INDEX mail_delivery_effect ON mail_delivery (effect_id);
CREATE INDEX mail_delivery_standing ON mail_delivery (tenant_id, standing) WHERE standing <> 'sent';

-- Imports that wait for their administrator's word are erased after a day.
CREATE INDEX user_import_checked ON user_import (created_at) WHERE state = 'checked';
