-- What a row is there for: to add a person, to change one, or nothing, for all of it is on record.
ALTER TABLE user_import_row ADD COLUMN kind TEXT NOT NULL DEFAULT 'add' CHECK (kind IN ('add', 'same', 'change'));
-- Since when the import runs; whether its changes are wanted; what the file says as a whole (JSON).
ALTER TABLE user_import ADD COLUMN begun_at BIGINT;
ALTER TABLE user_import ADD COLUMN applies_changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE user_import ADD COLUMN summary TEXT NOT NULL DEFAULT '{}';
