-- How far each person has come, which lists and counts read: written by the act that changes it, or once its moment has
-- come. It holds from progress_from to before progress_until; 0 says that it is not kept yet, which takes no long lock
-- here and is made up for afterwards.
ALTER TABLE user_account ADD COLUMN progress TEXT NOT NULL DEFAULT 'not-invited';
ALTER TABLE user_account ADD COLUMN progress_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE user_account ADD COLUMN progress_until BIGINT DEFAULT 0;
-- The first end of a valid certificate.
ALTER TABLE user_account ADD COLUMN certificate_ends_at BIGINT;
-- Certificates that take a seat.
ALTER TABLE user_account ADD COLUMN seats BIGINT NOT NULL DEFAULT 0;
CREATE INDEX user_account_progress ON user_account (tenant_id, progress, login_name);
CREATE INDEX user_account_progress_from ON user_account (progress_from);
CREATE INDEX user_account_progress_until ON user_account (progress_until, tenant_id)
    WHERE progress_until IS NOT NULL;
CREATE INDEX user_account_ending ON user_account (tenant_id, certificate_ends_at, login_name)
    WHERE certificate_ends_at IS NOT NULL;

-- How many people of a tenant stand where, and their seats: the sums of the columns above, whoever writes them.
CREATE TABLE user_count (
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    progress TEXT NOT NULL,
    users BIGINT NOT NULL,
    seats BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, progress)
);
INSERT INTO user_count (tenant_id, progress, users, seats)
    SELECT tenant_id, progress, COUNT(*), SUM(seats) FROM user_account GROUP BY tenant_id, progress;

CREATE FUNCTION user_count_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_count AS c (tenant_id, progress, users, seats)
        SELECT tenant_id, progress, COUNT(*), SUM(seats) FROM more GROUP BY tenant_id, progress
        ORDER BY tenant_id, progress
    ON CONFLICT (tenant_id, progress) DO UPDATE SET users = c.users + excluded.users, seats = c.seats + excluded.seats;
    RETURN NULL;
END $$;
CREATE FUNCTION user_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_count AS c (tenant_id, progress, users, seats)
        SELECT tenant_id, progress, SUM(users), SUM(seats) FROM (
            SELECT tenant_id, progress, 1 AS users, seats FROM more
            UNION ALL SELECT tenant_id, progress, -1, -seats FROM fewer
        ) AS moved
        GROUP BY tenant_id, progress HAVING SUM(users) <> 0 OR SUM(seats) <> 0 ORDER BY tenant_id, progress
    ON CONFLICT (tenant_id, progress) DO UPDATE SET users = c.users + excluded.users, seats = c.seats + excluded.seats;
    RETURN NULL;
END $$;
CREATE FUNCTION user_count_fewer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_count AS c SET users = c.users - gone.users, seats = c.seats - gone.seats
        FROM (SELECT tenant_id, progress, COUNT(*) AS users, SUM(seats) AS seats FROM fewer GROUP BY tenant_id, progress)
            AS gone
        WHERE c.tenant_id = gone.tenant_id AND c.progress = gone.progress;
    RETURN NULL;
END $$;
CREATE TRIGGER user_count_more AFTER INSERT ON user_account REFERENCING NEW TABLE AS more
    FOR EACH STATEMENT EXECUTE FUNCTION user_count_more();
CREATE TRIGGER user_count_moved AFTER UPDATE ON user_account REFERENCING OLD TABLE AS fewer NEW TABLE AS more
    FOR EACH STATEMENT EXECUTE FUNCTION user_count_moved();
CREATE TRIGGER user_count_fewer AFTER DELETE ON user_account REFERENCING OLD TABLE AS fewer
    FOR EACH STATEMENT EXECUTE FUNCTION user_count_fewer();

-- What is searched in, apart from the wide rows, so that a search reads little: an index alone.
CREATE TABLE user_search (
    tenant_id BYTEA NOT NULL,
    login_name TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    progress TEXT NOT NULL,
    certificate_ends_at BIGINT,
    PRIMARY KEY (tenant_id, login_name) INCLUDE (search_text, progress, certificate_ends_at)
);
INSERT INTO user_search (tenant_id, login_name, search_text, progress, certificate_ends_at)
    SELECT tenant_id, login_name, search_text, progress, certificate_ends_at FROM user_account;
CREATE FUNCTION user_search_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO user_search (tenant_id, login_name, search_text, progress, certificate_ends_at)
            VALUES (NEW.tenant_id, NEW.login_name, NEW.search_text, NEW.progress, NEW.certificate_ends_at);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE user_search SET login_name = NEW.login_name, search_text = NEW.search_text, progress = NEW.progress,
                certificate_ends_at = NEW.certificate_ends_at
            WHERE tenant_id = OLD.tenant_id AND login_name = OLD.login_name;
    ELSE
        DELETE FROM user_search WHERE tenant_id = OLD.tenant_id AND login_name = OLD.login_name;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER user_search_more AFTER INSERT OR DELETE ON user_account
    FOR EACH ROW EXECUTE FUNCTION user_search_follows();
CREATE TRIGGER user_search_moved AFTER UPDATE ON user_account FOR EACH ROW
    WHEN ((OLD.login_name, OLD.search_text, OLD.progress, OLD.certificate_ends_at)
        IS DISTINCT FROM (NEW.login_name, NEW.search_text, NEW.progress, NEW.certificate_ends_at))
    EXECUTE FUNCTION user_search_follows();
