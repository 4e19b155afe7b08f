-- How far each person has come, which lists and counts read: written by the act that changes it, or once its moment has
-- come. It holds from progress_from to before progress_until; 0 says that it is not kept yet, which takes no long lock
-- here and is made up for afterwards.
ALTER TABLE user_account ADD COLUMN progress TEXT NOT NULL DEFAULT 'not-invited';
ALTER TABLE user_account ADD COLUMN progress_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_account ADD COLUMN progress_until INTEGER DEFAULT 0;
-- The first end of a valid certificate.
ALTER TABLE user_account ADD COLUMN certificate_ends_at INTEGER;
-- Certificates that take a seat.
ALTER TABLE user_account ADD COLUMN seats INTEGER NOT NULL DEFAULT 0;
CREATE INDEX user_account_progress ON user_account (tenant_id, progress, login_name);
CREATE INDEX user_account_progress_from ON user_account (progress_from);
CREATE INDEX user_account_progress_until ON user_account (progress_until, tenant_id)
    WHERE progress_until IS NOT NULL;
CREATE INDEX user_account_ending ON user_account (tenant_id, certificate_ends_at, login_name)
    WHERE certificate_ends_at IS NOT NULL;

-- How many people of a tenant stand where, and their seats: the sums of the columns above, whoever writes them.
CREATE TABLE user_count (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    progress TEXT NOT NULL,
    users INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, progress)
) STRICT, WITHOUT ROWID;
INSERT INTO user_count (tenant_id, progress, users, seats)
    SELECT tenant_id, progress, COUNT(*), SUM(seats) FROM user_account GROUP BY tenant_id, progress;

CREATE TRIGGER user_count_more AFTER INSERT ON user_account
BEGIN
    INSERT INTO user_count (tenant_id, progress, users, seats) VALUES (NEW.tenant_id, NEW.progress, 1, NEW.seats)
        ON CONFLICT (tenant_id, progress) DO UPDATE SET users = users + 1, seats = seats + excluded.seats;
END;
CREATE TRIGGER user_count_moved AFTER UPDATE OF progress, seats ON user_account
WHEN OLD.progress <> NEW.progress OR OLD.seats <> NEW.seats
BEGIN
    UPDATE user_count SET users = users - 1, seats = seats - OLD.seats
        WHERE tenant_id = OLD.tenant_id AND progress = OLD.progress;
    INSERT INTO user_count (tenant_id, progress, users, seats) VALUES (NEW.tenant_id, NEW.progress, 1, NEW.seats)
        ON CONFLICT (tenant_id, progress) DO UPDATE SET users = users + 1, seats = seats + excluded.seats;
END;
CREATE TRIGGER user_count_fewer AFTER DELETE ON user_account
BEGIN
    UPDATE user_count SET users = users - 1, seats = seats - OLD.seats
        WHERE tenant_id = OLD.tenant_id AND progress = OLD.progress;
END;

-- What is searched in, apart from the wide rows, so that a search reads little.
CREATE TABLE user_search (
    tenant_id BLOB NOT NULL,
    login_name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    progress TEXT NOT NULL,
    certificate_ends_at INTEGER,
    PRIMARY KEY (tenant_id, login_name)
) STRICT, WITHOUT ROWID;
INSERT INTO user_search (tenant_id, login_name, search_text, progress, certificate_ends_at)
    SELECT tenant_id, login_name, search_text, progress, certificate_ends_at FROM user_account;
CREATE TRIGGER user_search_more AFTER INSERT ON user_account
BEGIN
    INSERT INTO user_search (tenant_id, login_name, search_text, progress, certificate_ends_at)
        VALUES (NEW.tenant_id, NEW.login_name, NEW.search_text, NEW.progress, NEW.certificate_ends_at);
END;
CREATE TRIGGER user_search_moved AFTER UPDATE OF login_name, search_text, progress, certificate_ends_at ON user_account
WHEN (OLD.login_name, OLD.search_text, OLD.progress, OLD.certificate_ends_at)
    IS NOT (NEW.login_name, NEW.search_text, NEW.progress, NEW.certificate_ends_at)
BEGIN
    UPDATE user_search SET login_name = NEW.login_name, search_text = NEW.search_text, progress = NEW.progress,
            certificate_ends_at = NEW.certificate_ends_at
        WHERE tenant_id = OLD.tenant_id AND login_name = OLD.login_name;
END;
CREATE TRIGGER user_search_fewer AFTER DELETE ON user_account
BEGIN
    DELETE FROM user_search WHERE tenant_id = OLD.tenant_id AND login_name = OLD.login_name;
END;
