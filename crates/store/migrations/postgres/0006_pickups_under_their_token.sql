-- A pickup keeps the file in the encryption that its system reads; the other one is made when it is asked for.
-- sealed_under: which key opens the bytes. Those of before, for their last minutes, open with the installation's alone.
-- passwords_tried: how often a password was typed to have the file written in the other encryption.
ALTER TABLE pickup ALTER COLUMN modern_sealed DROP NOT NULL;
ALTER TABLE pickup ADD COLUMN sealed_under TEXT NOT NULL DEFAULT 'installation'
    CHECK (sealed_under IN ('installation', 'token'));
ALTER TABLE pickup ADD COLUMN passwords_tried BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pickup ADD CONSTRAINT pickup_has_file CHECK (modern_sealed IS NOT NULL OR compat_sealed IS NOT NULL);
