-- The first schema: all that the story needs, from the contract to the revocation.
-- Times are unix milliseconds; ids are 16 bytes (UUID v7); enums are the domain's stable names;
-- lists and policies are JSON text; keys that are listed by compare by byte (COLLATE "C"), as in SQLite.
-- Columns named *_sealed are ciphertext under the key-encryption key.

-- The one installation that this database belongs to.
CREATE TABLE installation (
    singleton BIGINT PRIMARY KEY CHECK (singleton = 1),
    created_at BIGINT NOT NULL
);

-- Keys of the installation itself, by name (data-entry signing key, assertion key, …).
CREATE TABLE installation_secret (
    name TEXT COLLATE "C" PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who of several processes does a duty that only one may do at a time.
CREATE TABLE duty_lease (
    duty TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE TABLE tenant (
    id BYTEA PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    display_name TEXT NOT NULL,
    organization TEXT NOT NULL,
    organizational_unit TEXT,
    identification_code TEXT COLLATE "C" NOT NULL,
    contract_number TEXT NOT NULL,
    seats BIGINT NOT NULL CHECK (seats >= 0),
    valid_until BIGINT NOT NULL,
    policy TEXT NOT NULL,
    support_contact TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    CONSTRAINT tenant_slug_unique UNIQUE (slug),
    CONSTRAINT tenant_identification_code_unique UNIQUE (identification_code)
);

CREATE TABLE user_account (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    role TEXT NOT NULL,
    login_name TEXT COLLATE "C" NOT NULL,
    display_name TEXT NOT NULL,
    reading TEXT NOT NULL,
    family_name TEXT,
    given_name TEXT,
    email TEXT NOT NULL,
    email_folded TEXT COLLATE "C" NOT NULL,
    group_keys TEXT NOT NULL,
    note TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    -- Target of the composite keys below: a record cannot name a user of another tenant.
    CONSTRAINT user_account_tenant_unique UNIQUE (tenant_id, id),
    CONSTRAINT user_account_login_name_unique UNIQUE (tenant_id, login_name),
    CONSTRAINT user_account_email_unique UNIQUE (tenant_id, email_folded),
    CHECK ((family_name IS NULL) = (given_name IS NULL))
);
CREATE INDEX user_account_not_active ON user_account (tenant_id, id) WHERE state <> 'active';

CREATE TABLE invitation (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);
CREATE INDEX invitation_user ON invitation (tenant_id, user_id, id);

CREATE TABLE application (
    id BYTEA PRIMARY KEY,
    reference TEXT COLLATE "C" NOT NULL,
    tenant_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    family_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    email TEXT NOT NULL,
    device_name TEXT NOT NULL,
    consent_version TEXT NOT NULL,
    consent_text_sha256 BYTEA NOT NULL,
    consent_at BIGINT NOT NULL,
    consent_address TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_since BIGINT NOT NULL,
    challenge_hash TEXT,
    pin_hash BYTEA,
    pin_expires_at BIGINT,
    pin_wrong_tries BIGINT NOT NULL,
    pin_mails BIGINT NOT NULL,
    CONSTRAINT application_reference_unique UNIQUE (reference),
    CONSTRAINT application_tenant_unique UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id),
    CHECK ((pin_hash IS NULL) = (pin_expires_at IS NULL))
);
CREATE INDEX application_user ON application (tenant_id, user_id, id);
CREATE INDEX application_state ON application (tenant_id, state, id);

CREATE TABLE issuer (
    id BYTEA PRIMARY KEY,
    kind TEXT NOT NULL,
    tenant_id BYTEA REFERENCES tenant (id),
    parent_id BYTEA REFERENCES issuer (id),
    generation BIGINT NOT NULL,
    -- Until its certificate is signed there are only the to-be-signed bytes.
    tbs_der BYTEA,
    certificate_der BYTEA,
    key_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((kind = 'tenant') = (tenant_id IS NOT NULL)),
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
);
CREATE UNIQUE INDEX issuer_generation_unique
    ON issuer (kind, coalesce(tenant_id, ''::bytea), generation);
CREATE INDEX issuer_tenant ON issuer (tenant_id, generation);

-- The newest revocation list of each issuer. It is out of date while changes > published_changes.
CREATE TABLE crl (
    issuer_id BYTEA PRIMARY KEY REFERENCES issuer (id),
    number BIGINT NOT NULL,
    der BYTEA,
    this_update BIGINT,
    next_update BIGINT,
    changes BIGINT NOT NULL,
    published_changes BIGINT NOT NULL
);

-- The facts; the bytes are apart, so that reading the standing of all stays cheap.
CREATE TABLE certificate (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    application_id BYTEA NOT NULL,
    issuer_id BYTEA NOT NULL REFERENCES issuer (id),
    serial BYTEA NOT NULL,
    device_type TEXT NOT NULL,
    device_name TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    state TEXT NOT NULL,
    revoked_at BIGINT,
    -- CRLReason, RFC 5280 section 5.3.1.
    revocation_reason BIGINT,
    recorded_at BIGINT NOT NULL,
    picked_up_at BIGINT,
    proved_at BIGINT,
    CONSTRAINT certificate_serial_unique UNIQUE (issuer_id, serial),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id),
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL)),
    CHECK ((state IN ('revoked', 'on-hold')) = (revoked_at IS NOT NULL))
);
CREATE INDEX certificate_tenant ON certificate (tenant_id, id);
CREATE INDEX certificate_user ON certificate (tenant_id, user_id, id);
CREATE INDEX certificate_application ON certificate (tenant_id, application_id);
CREATE INDEX certificate_state ON certificate (tenant_id, state, id);
CREATE INDEX certificate_expiry ON certificate (not_after, id) WHERE state = 'valid';
CREATE INDEX certificate_recorded ON certificate (recorded_at) WHERE state = 'recorded';
CREATE INDEX certificate_revoked ON certificate (issuer_id, serial) WHERE state IN ('revoked', 'on-hold');

CREATE TABLE certificate_document (
    certificate_id BYTEA PRIMARY KEY REFERENCES certificate (id),
    -- Erased once the certificate, which contains them, is there.
    tbs_der BYTEA,
    certificate_der BYTEA,
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
);

-- The encrypted PKCS#12 for the minutes in which it may be fetched again. Not for backups.
CREATE TABLE pickup (
    application_id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    certificate_id BYTEA NOT NULL REFERENCES certificate (id),
    token_hash BYTEA NOT NULL,
    modern_sealed BYTEA NOT NULL,
    compat_sealed BYTEA,
    expires_at BIGINT NOT NULL,
    CONSTRAINT pickup_token_unique UNIQUE (token_hash),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id)
);
CREATE INDEX pickup_expiry ON pickup (expires_at);

CREATE TABLE site (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    host TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    upstream TEXT,
    CONSTRAINT site_host_unique UNIQUE (host)
);
CREATE INDEX site_tenant ON site (tenant_id, host);

-- The outbox: what must leave because an act was committed.
CREATE TABLE effect (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA REFERENCES tenant (id),
    kind TEXT NOT NULL,
    payload_sealed BYTEA,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    -- What was sent or given up keeps no payload.
    CHECK ((state = 'waiting') = (payload_sealed IS NOT NULL))
);
CREATE INDEX effect_due ON effect (next_attempt_at, id) WHERE state = 'waiting';
CREATE INDEX effect_settled ON effect (settled_at) WHERE state <> 'waiting';

-- Wrong tries at public forms, counted by window.
CREATE TABLE attempt (
    scope TEXT COLLATE "C" NOT NULL,
    key_hash BYTEA NOT NULL,
    window_start BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (scope, key_hash, window_start)
);
CREATE INDEX attempt_window ON attempt (window_start);

CREATE TABLE portal_password (
    user_id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    phc TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);

CREATE TABLE portal_session (
    token_hash BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);
CREATE INDEX portal_session_user ON portal_session (tenant_id, user_id);
CREATE INDEX portal_session_expiry ON portal_session (expires_at);

CREATE TABLE announcement (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX announcement_tenant ON announcement (tenant_id, number);

-- What the gates must learn, in the order in which it was committed.
CREATE TABLE status_change (
    generation BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    record_id BYTEA NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_user_id BYTEA,
    act TEXT NOT NULL,
    tenant_id BYTEA,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT,
    hash BYTEA
);
CREATE INDEX audit_tenant ON audit (tenant_id, seq);
CREATE INDEX audit_unsealed ON audit (seq) WHERE hash IS NULL;

CREATE TABLE user_import (
    id BYTEA PRIMARY KEY,
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    state TEXT NOT NULL CHECK (state IN ('checked', 'running', 'done', 'cancelled')),
    file_name TEXT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    created_by BYTEA,
    created_at BIGINT NOT NULL,
    CONSTRAINT user_import_tenant_unique UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES user_account (tenant_id, id)
);
CREATE INDEX user_import_running ON user_import (created_at) WHERE state = 'running';

CREATE TABLE user_import_row (
    tenant_id BYTEA NOT NULL,
    import_id BYTEA NOT NULL,
    line BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
    PRIMARY KEY (import_id, line),
    FOREIGN KEY (tenant_id, import_id) REFERENCES user_import (tenant_id, id)
);
