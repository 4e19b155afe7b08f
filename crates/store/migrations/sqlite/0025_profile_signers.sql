-- The certificates by which the installation signs Apple's configuration profiles, one after the other.
CREATE TABLE profile_signer (
    id BLOB PRIMARY KEY,
    generation INTEGER NOT NULL,
    issuer_id BLOB NOT NULL REFERENCES issuer (id),
    serial BLOB NOT NULL,
    -- Until it is signed there are only the to-be-signed bytes.
    tbs_der BLOB,
    certificate_der BLOB,
    key_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
) STRICT;
CREATE UNIQUE INDEX profile_signer_generation_unique ON profile_signer (generation);
CREATE UNIQUE INDEX profile_signer_serial_unique ON profile_signer (issuer_id, serial);
