-- A device's line: its certificates by renewal, replacement or a new file have one device. Of older releases each
-- application was for a device of its own, which has the application's id; so is what such a process still writes.
ALTER TABLE application ADD COLUMN device_id BLOB NOT NULL DEFAULT x'';
ALTER TABLE application ADD COLUMN purpose TEXT NOT NULL DEFAULT 'new';
ALTER TABLE certificate ADD COLUMN device_id BLOB NOT NULL DEFAULT x'';
-- When a certificate that a newer one of its device has superseded ends; NULL while there is no newer one.
ALTER TABLE certificate ADD COLUMN ends_at INTEGER;
UPDATE application SET device_id = id;
UPDATE certificate SET device_id = application_id;
CREATE TRIGGER application_device AFTER INSERT ON application WHEN NEW.device_id = x''
BEGIN
    UPDATE application SET device_id = NEW.id WHERE id = NEW.id;
END;
CREATE TRIGGER certificate_device AFTER INSERT ON certificate WHEN NEW.device_id = x''
BEGIN
    UPDATE certificate SET device_id = NEW.application_id WHERE id = NEW.id;
END;
CREATE INDEX application_device ON application (tenant_id, device_id);
CREATE INDEX certificate_device ON certificate (tenant_id, device_id, id);
CREATE INDEX certificate_superseded ON certificate (ends_at)
    WHERE ends_at < not_after AND state IN ('valid', 'on-hold');
