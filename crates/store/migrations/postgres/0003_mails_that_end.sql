-- Until when does what the mail brings, a one-time password or PIN, open something? Such a mail waits while its
-- tenant is shut out, and no longer than until then. Those of before: a month.
ALTER TABLE effect ADD COLUMN opens_until BIGINT;
UPDATE effect SET opens_until = created_at + CAST(30 AS BIGINT) * 86400000 WHERE waits_for_tenant = 1;
ALTER TABLE effect DROP COLUMN waits_for_tenant;
CREATE INDEX effect_opens_until ON effect (opens_until) WHERE state = 'waiting' AND opens_until IS NOT NULL;
