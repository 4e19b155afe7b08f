-- Pickups that administrators are told of in one mail, and from where a company's people have picked up before.

CREATE TABLE pickup_notice (
    certificate_id BYTEA PRIMARY KEY REFERENCES certificate (id),
    tenant_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    device_name TEXT NOT NULL,
    address TEXT NOT NULL,
    picked_up_at BIGINT NOT NULL,
    -- NULL: the administrators have not been told yet.
    told_at BIGINT,
    FOREIGN KEY (tenant_id, user_id) REFERENCES user_account (tenant_id, id)
);
CREATE INDEX pickup_notice_untold ON pickup_notice (tenant_id, picked_up_at) WHERE told_at IS NULL;
CREATE INDEX pickup_notice_told ON pickup_notice (tenant_id, told_at) WHERE told_at IS NOT NULL;

CREATE TABLE pickup_network (
    tenant_id BYTEA NOT NULL REFERENCES tenant (id),
    network TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, network)
);
