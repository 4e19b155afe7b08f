-- Where a person stands in lists, and by which edition of the spelling this and the text of searches are written; 0: not
-- yet, which takes no long lock here and is made up for afterwards. Tenants have the same text.
ALTER TABLE user_account ADD COLUMN list_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE user_account ADD COLUMN folding BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenant ADD COLUMN folding BIGINT NOT NULL DEFAULT 0;
CREATE INDEX user_account_folding ON user_account (folding);
CREATE INDEX user_account_listed ON user_account (tenant_id, list_key, id);
DROP INDEX user_account_progress;
CREATE INDEX user_account_progress ON user_account (tenant_id, progress, list_key, id);
DROP INDEX user_account_ending;
CREATE INDEX user_account_ending ON user_account (tenant_id, certificate_ends_at, list_key, id)
    WHERE certificate_ends_at IS NOT NULL;

-- What is searched in, in the order of lists: an index alone.
DROP TRIGGER user_search_more ON user_account;
DROP TRIGGER user_search_moved ON user_account;
DROP TABLE user_search;
CREATE TABLE user_search (
    tenant_id BYTEA NOT NULL,
    list_key TEXT COLLATE "C" NOT NULL,
    id BYTEA NOT NULL,
    search_text TEXT NOT NULL,
    progress TEXT NOT NULL,
    certificate_ends_at BIGINT,
    PRIMARY KEY (tenant_id, list_key, id) INCLUDE (search_text, progress, certificate_ends_at)
);
INSERT INTO user_search (tenant_id, list_key, id, search_text, progress, certificate_ends_at)
    SELECT tenant_id, list_key, id, search_text, progress, certificate_ends_at FROM user_account;
CREATE OR REPLACE FUNCTION user_search_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO user_search (tenant_id, list_key, id, search_text, progress, certificate_ends_at)
            VALUES (NEW.tenant_id, NEW.list_key, NEW.id, NEW.search_text, NEW.progress, NEW.certificate_ends_at);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE user_search SET list_key = NEW.list_key, search_text = NEW.search_text, progress = NEW.progress,
                certificate_ends_at = NEW.certificate_ends_at
            WHERE tenant_id = OLD.tenant_id AND list_key = OLD.list_key AND id = OLD.id;
    ELSE
        DELETE FROM user_search WHERE tenant_id = OLD.tenant_id AND list_key = OLD.list_key AND id = OLD.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER user_search_more AFTER INSERT OR DELETE ON user_account
    FOR EACH ROW EXECUTE FUNCTION user_search_follows();
CREATE TRIGGER user_search_moved AFTER UPDATE ON user_account FOR EACH ROW
    WHEN ((OLD.list_key, OLD.search_text, OLD.progress, OLD.certificate_ends_at)
        IS DISTINCT FROM (NEW.list_key, NEW.search_text, NEW.progress, NEW.certificate_ends_at))
    EXECUTE FUNCTION user_search_follows();

-- How many people of a tenant are in each group, whoever writes them; keys in lower case.
CREATE TABLE user_group (
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    group_key TEXT COLLATE "C" NOT NULL,
    users BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_key)
);
INSERT INTO user_group (tenant_id, group_key, users)
    SELECT u.tenant_id, lower(g.value COLLATE "C"), COUNT(DISTINCT u.id)
    FROM user_account u, jsonb_array_elements_text(CAST(u.group_keys AS jsonb)) AS g (value) GROUP BY 1, 2;
CREATE FUNCTION user_group_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE user_group SET users = users - 1 WHERE tenant_id = OLD.tenant_id AND group_key IN (
            SELECT lower(g.value COLLATE "C") FROM jsonb_array_elements_text(CAST(OLD.group_keys AS jsonb)) AS g (value)
        );
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO user_group AS c (tenant_id, group_key, users)
            SELECT DISTINCT NEW.tenant_id, lower(g.value COLLATE "C"), 1
            FROM jsonb_array_elements_text(CAST(NEW.group_keys AS jsonb)) AS g (value) ORDER BY 2
        ON CONFLICT (tenant_id, group_key) DO UPDATE SET users = c.users + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER user_group_more AFTER INSERT ON user_account FOR EACH ROW
    WHEN (NEW.group_keys <> '[]') EXECUTE FUNCTION user_group_follows();
CREATE TRIGGER user_group_moved AFTER UPDATE ON user_account FOR EACH ROW
    WHEN (OLD.group_keys IS DISTINCT FROM NEW.group_keys) EXECUTE FUNCTION user_group_follows();
CREATE TRIGGER user_group_fewer AFTER DELETE ON user_account FOR EACH ROW
    WHEN (OLD.group_keys <> '[]') EXECUTE FUNCTION user_group_follows();
