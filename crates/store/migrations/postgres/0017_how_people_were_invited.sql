-- When and how an invitation went out, for administrators who decide on an application. Nothing is known of former ones.
ALTER TABLE invitation ADD COLUMN issued_at BIGINT;
ALTER TABLE invitation ADD COLUMN on_paper BIGINT;
