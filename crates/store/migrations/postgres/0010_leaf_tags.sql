-- The gate finds a certificate by a keyed tag of its bytes: issuer and serial would also find it for a twin that was
-- signed with a stolen issuer key. NULL until it is signed; what release 0.1.0 signed is tagged at the start.
ALTER TABLE certificate ADD COLUMN leaf_tag BYTEA;
CREATE INDEX certificate_untagged ON certificate (id) WHERE leaf_tag IS NULL;
