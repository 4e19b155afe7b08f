-- The certificates by which the installation signs Apple's configuration profiles, one after the other.
CREATE TABLE profile_signer (
    id BYTEA PRIMARY KEY,
    generation BIGINT NOT NULL,
    issuer_id BYTEA NOT NULL REFERENCES issuer (id),
    serial BYTEA NOT NULL,
    -- Until it is signed there are only the to-be-signed bytes.
    tbs_der BYTEA,
    certificate_der BYTEA,
    key_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
);
CREATE UNIQUE INDEX profile_signer_generation_unique ON profile_signer (generation);
CREATE UNIQUE INDEX profile_signer_serial_unique ON profile_signer (issuer_id, serial);
