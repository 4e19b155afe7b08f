-- The first schema: all that the story needs, from the contract to the revocation.
-- Times are unix milliseconds; ids are 16 bytes (UUID v7); enums are the domain's stable names;
-- lists and policies are JSON text. Columns named *_sealed are ciphertext under the key-encryption key.

-- The one installation that this database belongs to.
CREATE TABLE installation (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    created_at INTEGER NOT NULL
) STRICT;

-- Keys of the installation itself, by name (data-entry signing key, assertion key, …).
CREATE TABLE installation_secret (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Who of several processes does a duty that only one may do at a time.
CREATE TABLE duty_lease (
    duty TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    display_name TEXT NOT NULL,
    organization TEXT NOT NULL,
    organizational_unit TEXT,
    identification_code TEXT NOT NULL,
    contract_number TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats >= 0),
    valid_until INTEGER NOT NULL,
    policy TEXT NOT NULL,
    support_contact TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since INTEGER NOT NULL,
    search_text TEXT NOT NULL,
    CONSTRAINT tenant_slug_unique UNIQUE (slug),
    CONSTRAINT tenant_identification_code_unique UNIQUE (identification_code)
) STRICT;

CREATE TABLE user_account (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    role TEXT NOT NULL,
    login_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    reading TEXT NOT NULL,
    family_name TEXT,
    given_name TEXT,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    group_keys TEXT NOT NULL,
    note TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since INTEGER NOT NULL,
    search_text TEXT NOT NULL,
    -- Target of the composite keys below: a record cannot name a user of another tenant.
    CONSTRAINT user_account_tenant_unique UNIQUE (tenant_id, id),
    CONSTRAINT user_account_login_name_unique UNIQUE (tenant_id, login_name),
    CONSTRAINT user_account_email_unique UNIQUE (tenant_id, email_folded),
    CHECK ((family_name IS NULL) = (given_name IS NULL))
) STRICT;
CREATE INDEX user_account_not_active ON user_account (tenant_id, id) WHERE state <> 'active';

CREATE TABLE invitation (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
) STRICT;
CREATE INDEX invitation_user ON invitation (tenant_id, user_id, id);

CREATE TABLE application (
    id BLOB PRIMARY KEY,
    reference TEXT NOT NULL,
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    family_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    email TEXT NOT NULL,
    device_name TEXT NOT NULL,
    consent_version TEXT NOT NULL,
    consent_text_sha256 BLOB NOT NULL,
    consent_at INTEGER NOT NULL,
    consent_address TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_since INTEGER NOT NULL,
    challenge_hash TEXT,
    pin_hash BLOB,
    pin_expires_at INTEGER,
    pin_wrong_tries INTEGER NOT NULL,
    pin_mails INTEGER NOT NULL,
    CONSTRAINT application_reference_unique UNIQUE (reference),
    CONSTRAINT application_tenant_unique UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id),
    CHECK ((pin_hash IS NULL) = (pin_expires_at IS NULL))
) STRICT;
CREATE INDEX application_user ON application (tenant_id, user_id, id);
CREATE INDEX application_state ON application (tenant_id, state, id);

CREATE TABLE issuer (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    tenant_id BLOB REFERENCES tenant (id),
    parent_id BLOB REFERENCES issuer (id),
    generation INTEGER NOT NULL,
    -- Until its certificate is signed there are only the to-be-signed bytes.
    tbs_der BLOB,
    certificate_der BLOB,
    key_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((kind = 'tenant') = (tenant_id IS NOT NULL)),
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
) STRICT;
CREATE UNIQUE INDEX issuer_generation_unique
    ON issuer (kind, coalesce(tenant_id, x''), generation);
CREATE INDEX issuer_tenant ON issuer (tenant_id, generation);

-- The newest revocation list of each issuer. It is out of date while changes > published_changes.
CREATE TABLE crl (
    issuer_id BLOB PRIMARY KEY REFERENCES issuer (id),
    number INTEGER NOT NULL,
    der BLOB,
    this_update INTEGER,
    next_update INTEGER,
    changes INTEGER NOT NULL,
    published_changes INTEGER NOT NULL
) STRICT;

-- The facts; the bytes are apart, so that reading the standing of all stays cheap.
CREATE TABLE certificate (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    application_id BLOB NOT NULL,
    issuer_id BLOB NOT NULL REFERENCES issuer (id),
    serial BLOB NOT NULL,
    device_type TEXT NOT NULL,
    device_name TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    state TEXT NOT NULL,
    revoked_at INTEGER,
    -- CRLReason, RFC 5280 section 5.3.1.
    revocation_reason INTEGER,
    recorded_at INTEGER NOT NULL,
    picked_up_at INTEGER,
    proved_at INTEGER,
    CONSTRAINT certificate_serial_unique UNIQUE (issuer_id, serial),
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id),
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL)),
    CHECK ((state IN ('revoked', 'on-hold')) = (revoked_at IS NOT NULL))
) STRICT;
CREATE INDEX certificate_tenant ON certificate (tenant_id, id);
CREATE INDEX certificate_user ON certificate (tenant_id, user_id, id);
CREATE INDEX certificate_application ON certificate (tenant_id, application_id);
CREATE INDEX certificate_state ON certificate (tenant_id, state, id);
CREATE INDEX certificate_expiry ON certificate (not_after, id) WHERE state = 'valid';
CREATE INDEX certificate_recorded ON certificate (recorded_at) WHERE state = 'recorded';
CREATE INDEX certificate_revoked ON certificate (issuer_id, serial) WHERE state IN ('revoked', 'on-hold');

CREATE TABLE certificate_document (
    certificate_id BLOB PRIMARY KEY REFERENCES certificate (id),
    -- Erased once the certificate, which contains them, is there.
    tbs_der BLOB,
    certificate_der BLOB,
    CHECK ((tbs_der IS NULL) <> (certificate_der IS NULL))
) STRICT;

-- The encrypted PKCS#12 for the minutes in which it may be fetched again. Not for backups.
CREATE TABLE pickup (
    application_id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    certificate_id BLOB NOT NULL REFERENCES certificate (id),
    token_hash BLOB NOT NULL,
    modern_sealed BLOB NOT NULL,
    compat_sealed BLOB,
    expires_at INTEGER NOT NULL,
    CONSTRAINT pickup_token_unique UNIQUE (token_hash),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id)
) STRICT;
CREATE INDEX pickup_expiry ON pickup (expires_at);

CREATE TABLE site (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    upstream TEXT,
    CONSTRAINT site_host_unique UNIQUE (host)
) STRICT;
CREATE INDEX site_tenant ON site (tenant_id, host);

-- The outbox: what must leave because an act was committed.
CREATE TABLE effect (
    id BLOB PRIMARY KEY,
    tenant_id BLOB REFERENCES tenant (id),
    kind TEXT NOT NULL,
    payload_sealed BLOB,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    lease_until INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    -- What was sent or given up keeps no payload.
    CHECK ((state = 'waiting') = (payload_sealed IS NOT NULL))
) STRICT;
CREATE INDEX effect_due ON effect (next_attempt_at, id) WHERE state = 'waiting';
CREATE INDEX effect_settled ON effect (settled_at) WHERE state <> 'waiting';

-- Wrong tries at public forms, counted by window.
CREATE TABLE attempt (
    scope TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    window_start INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (scope, key_hash, window_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_window ON attempt (window_start);

CREATE TABLE portal_password (
    user_id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    phc TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
) STRICT;

CREATE TABLE portal_session (
    token_hash BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
) STRICT;
CREATE INDEX portal_session_user ON portal_session (tenant_id, user_id);
CREATE INDEX portal_session_expiry ON portal_session (expires_at);

CREATE TABLE announcement (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
CREATE INDEX announcement_tenant ON announcement (tenant_id, number);

-- What the gates must learn, in the order in which it was committed.
CREATE TABLE status_change (
    generation INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    record_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_user_id BLOB,
    act TEXT NOT NULL,
    tenant_id BLOB,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT,
    hash BLOB
) STRICT;
CREATE INDEX audit_tenant ON audit (tenant_id, seq);
CREATE INDEX audit_unsealed ON audit (seq) WHERE hash IS NULL;

CREATE TABLE user_import (
    id BLOB PRIMARY KEY,
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    state TEXT NOT NULL CHECK (state IN ('checked', 'running', 'done', 'cancelled')),
    file_name TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    CONSTRAINT user_import_tenant_unique UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES user_account (tenant_id, id)
) STRICT;
CREATE INDEX user_import_running ON user_import (created_at) WHERE state = 'running';

CREATE TABLE user_import_row (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
    PRIMARY KEY (import_id, line),
    FOREIGN KEY (tenant_id, import_id) REFERENCES user_import (tenant_id, id)
) STRICT, WITHOUT ROWID;
