-- A device's line: its certificates by renewal, replacement or a new file have one device. Of older releases each
-- application was for a device of its own, which has the application's id; so is what such a process still writes.
ALTER TABLE application ADD COLUMN device_id BYTEA NOT NULL DEFAULT '';
ALTER TABLE application ADD COLUMN purpose TEXT NOT NULL DEFAULT 'new';
ALTER TABLE certificate ADD COLUMN device_id BYTEA NOT NULL DEFAULT '';
-- When a certificate that a newer one of its device has superseded ends; NULL while there is no newer one.
ALTER TABLE certificate ADD COLUMN ends_at BIGINT;
UPDATE application SET device_id = id;
UPDATE certificate SET device_id = application_id;
CREATE FUNCTION application_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.device_id := NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER application_device BEFORE INSERT ON application
    FOR EACH ROW WHEN (NEW.device_id = '') EXECUTE FUNCTION application_device();
CREATE FUNCTION certificate_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.device_id := NEW.application_id;
    RETURN NEW;
END $$;
CREATE TRIGGER certificate_device BEFORE INSERT ON certificate
    FOR EACH ROW WHEN (NEW.device_id = '') EXECUTE FUNCTION certificate_device();
CREATE INDEX application_device ON application (tenant_id, device_id);
CREATE INDEX certificate_device ON certificate (tenant_id, device_id, id);
CREATE INDEX certificate_superseded ON certificate (ends_at)
    WHERE ends_at < not_after AND state IN ('valid', 'on-hold');
