-- The moment from which a person is to be suspended, as an administrator has said beforehand; NULL if there is none.
ALTER TABLE user_account ADD COLUMN suspend_at INTEGER;
CREATE INDEX user_account_suspend_at ON user_account (suspend_at) WHERE suspend_at IS NOT NULL;
-- What was done to a record, and by whom, is shown beside it.
CREATE INDEX audit_subject ON audit (tenant_id, subject, seq);
CREATE INDEX audit_person ON audit (tenant_id, actor_user_id, seq) WHERE actor_user_id IS NOT NULL;
