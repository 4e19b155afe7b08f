-- A PIN that was shown and not mailed: on which sheet, when and to whom; it stays on record once the PIN is used.
ALTER TABLE application ADD COLUMN pin_sheet_id BLOB;
ALTER TABLE application ADD COLUMN pin_shown_at INTEGER;
-- Nobody: an operator at the machine.
ALTER TABLE application ADD COLUMN pin_shown_to BLOB;
-- While the sheet may be opened again by that person: the PIN, and until when.
ALTER TABLE application ADD COLUMN pin_sealed BLOB;
ALTER TABLE application ADD COLUMN pin_readable_until INTEGER;
CREATE INDEX application_pin_readable ON application (pin_readable_until) WHERE pin_readable_until IS NOT NULL;
