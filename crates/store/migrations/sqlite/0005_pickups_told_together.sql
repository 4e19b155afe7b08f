-- Pickups that administrators are told of in one mail, and from where a company's people have picked up before.

CREATE TABLE pickup_notice (
    certificate_id BLOB PRIMARY KEY REFERENCES certificate (id),
    tenant_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    device_name TEXT NOT NULL,
    address TEXT NOT NULL,
    picked_up_at INTEGER NOT NULL,
    -- NULL: the administrators have not been told yet.
    told_at INTEGER,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
) STRICT;
CREATE INDEX pickup_notice_untold ON pickup_notice (tenant_id, picked_up_at) WHERE told_at IS NULL;
CREATE INDEX pickup_notice_told ON pickup_notice (tenant_id, told_at) WHERE told_at IS NOT NULL;

CREATE TABLE pickup_network (
    tenant_id BLOB NOT NULL REFERENCES tenant (id),
    network TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, network)
) STRICT, WITHOUT ROWID;
