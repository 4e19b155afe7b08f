-- Where a person stands in lists, and by which edition of the spelling this and the text of searches are written; 0: not
-- yet, which takes no long lock here and is made up for afterwards. Tenants have the same text.
ALTER TABLE user_account ADD COLUMN list_key TEXT NOT NULL DEFAULT '';
ALTER TABLE user_account ADD COLUMN folding INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenant ADD COLUMN folding INTEGER NOT NULL DEFAULT 0;
CREATE INDEX user_account_folding ON user_account (folding);
CREATE INDEX user_account_listed ON user_account (tenant_id, list_key, id);
DROP INDEX user_account_progress;
CREATE INDEX user_account_progress ON user_account (tenant_id, progress, list_key, id);
DROP INDEX user_account_ending;
CREATE INDEX user_account_ending ON user_account (tenant_id, certificate_ends_at, list_key, id)
    WHERE certificate_ends_at IS NOT NULL;

-- What is searched in, in the order of lists.
DROP TRIGGER user_search_more;
DROP TRIGGER user_search_moved;
DROP TRIGGER user_search_fewer;
DROP TABLE user_search;
CREATE TABLE user_search (
    tenant_id BLOB NOT NULL,
    list_key TEXT NOT NULL,
    id BLOB NOT NULL,
    search_text TEXT NOT NULL,
    progress TEXT NOT NULL,
    certificate_ends_at INTEGER,
    PRIMARY KEY (tenant_id, list_key, id)
) STRICT, WITHOUT ROWID;
INSERT INTO user_search (tenant_id, list_key, id, search_text, progress, certificate_ends_at)
    SELECT tenant_id, list_key, id, search_text, progress, certificate_ends_at FROM user_account;
CREATE TRIGGER user_search_more AFTER INSERT ON user_account
BEGIN
    INSERT INTO user_search (tenant_id, list_key, id, search_text, progress, certificate_ends_at)
        VALUES (NEW.tenant_id, NEW.list_key, NEW.id, NEW.search_text, NEW.progress, NEW.certificate_ends_at);
END;
CREATE TRIGGER user_search_moved AFTER UPDATE OF list_key, search_text, progress, certificate_ends_at ON user_account
WHEN (OLD.list_key, OLD.search_text, OLD.progress, OLD.certificate_ends_at)
    IS NOT (NEW.list_key, NEW.search_text, NEW.progress, NEW.certificate_ends_at)
BEGIN
    UPDATE user_search SET list_key = NEW.list_key, search_text = NEW.search_text, progress = NEW.progress,
            certificate_ends_at = NEW.certificate_ends_at
        WHERE tenant_id = OLD.tenant_id AND list_key = OLD.list_key AND id = OLD.id;
END;
CREATE TRIGGER user_search_fewer AFTER DELETE ON user_account
BEGIN
    DELETE FROM user_search WHERE tenant_id = OLD.tenant_id AND list_key = OLD.list_key AND id = OLD.id;
END;

-- How many people of a tenant are in each group, whoever writes them; keys in lower case.
CREATE TABLE user_group (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    group_key TEXT NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
) STRICT, WITHOUT ROWID;
INSERT INTO user_group (tenant_id, group_key, users)
    SELECT u.tenant_id, lower(g.value), COUNT(DISTINCT u.id) FROM user_account u, json_each(u.group_keys) g
    GROUP BY u.tenant_id, lower(g.value);
CREATE TRIGGER user_group_more AFTER INSERT ON user_account WHEN NEW.group_keys <> '[]'
BEGIN
    INSERT INTO user_group (tenant_id, group_key, users)
        SELECT DISTINCT NEW.tenant_id, lower(g.value), 1 FROM json_each(NEW.group_keys) g WHERE TRUE
        ON CONFLICT (tenant_id, group_key) DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER user_group_moved AFTER UPDATE OF group_keys ON user_account WHEN OLD.group_keys <> NEW.group_keys
BEGIN
    UPDATE user_group SET users = users - 1 WHERE tenant_id = OLD.tenant_id
        AND group_key IN (SELECT lower(g.value) FROM json_each(OLD.group_keys) g);
    INSERT INTO user_group (tenant_id, group_key, users)
        SELECT DISTINCT NEW.tenant_id, lower(g.value), 1 FROM json_each(NEW.group_keys) g WHERE TRUE
        ON CONFLICT (tenant_id, group_key) DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER user_group_fewer AFTER DELETE ON user_account WHEN OLD.group_keys <> '[]'
BEGIN
    UPDATE user_group SET users = users - 1 WHERE tenant_id = OLD.tenant_id
        AND group_key IN (SELECT lower(g.value) FROM json_each(OLD.group_keys) g);
END;
