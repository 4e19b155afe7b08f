-- Sheets and slips that can be opened again, mails that wait, links on the portal, imports that stop.

-- While the page of a sheet or slip may be opened again: the password, by whom, until when.
ALTER TABLE invitation ADD COLUMN password_sealed BLOB;
ALTER TABLE invitation ADD COLUMN maker_id BLOB;
ALTER TABLE invitation ADD COLUMN readable_until INTEGER;
CREATE INDEX invitation_readable ON invitation (readable_until) WHERE readable_until IS NOT NULL;

-- Does it wait while its tenant is shut out?
ALTER TABLE effect ADD COLUMN waits_for_tenant INTEGER NOT NULL DEFAULT 0 CHECK (waits_for_tenant IN (0, 1));

CREATE TABLE portal_link (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    title TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX portal_link_tenant ON portal_link (tenant_id, number);

-- SQLite changes no CHECK: imports, and the rows that point to them, move into new tables.
CREATE TABLE new_user_import (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    state TEXT NOT NULL CHECK (state IN ('checked', 'running', 'stopped', 'done', 'cancelled')),
    file_name TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    administrator_id BLOB,
    created_at INTEGER NOT NULL,
    CONSTRAINT user_import_tenant_unique UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, administrator_id) REFERENCES user_account (tenant_id, id)
) STRICT;
INSERT INTO new_user_import (id, tenant_id, state, file_name, total, done, administrator_id, created_at)
    SELECT id, tenant_id, state, file_name, total, done, created_by, created_at FROM user_import;
CREATE TABLE new_user_import_row (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
    PRIMARY KEY (import_id, line),
    FOREIGN KEY (tenant_id, import_id) REFERENCES new_user_import (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_user_import_row (tenant_id, import_id, line, verdict, state)
    SELECT tenant_id, import_id, line, verdict, state FROM user_import_row;
DROP TABLE user_import_row;
DROP TABLE user_import;
ALTER TABLE new_user_import RENAME TO user_import;
ALTER TABLE new_user_import_row RENAME TO user_import_row;
CREATE INDEX user_import_running ON user_import (created_at) WHERE state = 'running';
