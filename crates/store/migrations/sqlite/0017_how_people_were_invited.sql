-- When and how an invitation went out, for administrators who decide on an application. Nothing is known of former ones.
ALTER TABLE invitation ADD COLUMN issued_at INTEGER;
ALTER TABLE invitation ADD COLUMN on_paper INTEGER;
