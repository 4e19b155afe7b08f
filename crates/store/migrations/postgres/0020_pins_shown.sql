-- A PIN that was shown and not mailed: on which sheet, when and to whom; it stays on record once the PIN is used.
ALTER TABLE application ADD COLUMN pin_sheet_id BYTEA;
ALTER TABLE application ADD COLUMN pin_shown_at BIGINT;
-- Nobody: an operator at the machine.
ALTER TABLE application ADD COLUMN pin_shown_to BYTEA;
-- While the sheet may be opened again by that person: the PIN, and until when.
ALTER TABLE application ADD COLUMN pin_sealed BYTEA;
ALTER TABLE application ADD COLUMN pin_readable_until BIGINT;
CREATE INDEX application_pin_readable ON application (pin_readable_until) WHERE pin_readable_until IS NOT NULL;
