//! The configuration of `sekisho up`, which is in no file.

use crate::{
    audit_heads_file::AUDIT_HEADS_NAME,
    config::{
        Config, GateSettings, LogFormat, LogSettings, MailSettings, MailTransport, ServiceSettings,
        TlsSettings,
    },
    data_folder::{DATABASE_NAME, KEY_NAME},
};
use domain::{bounds::TenantBounds, email::EmailAddress, host_name::HostName};
use gate::UpstreamBounds;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};
use store::StoreUrl;

/// The log of `sekisho up`: what needs a look.
pub(super) const LOG: LogSettings = LogSettings { format: LogFormat::Text, level: tracing::Level::WARN };

/// Settings of an installation in `folder` that is reached at these ports.
pub fn settings(folder: &Path, public_port: u16, gate_port: u16) -> Config {
    let public_url = format!("http://localhost:{public_port}");
    let listen = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Config {
        publication_url: public_url.clone(),
        public_url,
        site_suffix: local_name(),
        data_folder: folder.to_owned(),
        database: StoreUrl::Sqlite(folder.join(DATABASE_NAME)),
        key_encryption_key_file: folder.join(KEY_NAME),
        audit_heads_file: folder.join(AUDIT_HEADS_NAME),
        gate: GateSettings {
            listen: listen(gate_port),
            public_port: gate_port,
            connections_max: 1000,
            upstreams: UpstreamBounds { connections_max: 2000, ..UpstreamBounds::default() },
            status_staleness: Duration::from_mins(1),
        },
        http_listen: listen(public_port),
        metrics_listen: listen(0),
        tls: TlsSettings::Localhost,
        mail: MailSettings {
            sender_address: sender(),
            sender_name: "関所 電子証明書サービス".to_owned(),
            sender_name_en: "Sekisho certificate service".to_owned(),
            transport: MailTransport::Folder(folder.join("mail")),
        },
        service: ServiceSettings {
            name_ja: "関所 電子証明書サービス".to_owned(),
            name_en: "Sekisho certificate service".to_owned(),
            support_contact: "support@sekisho.example".to_owned(),
            time_zone: jiff::tz::TimeZone::get("Asia/Tokyo").unwrap_or(jiff::tz::TimeZone::UTC),
            contract_grace_days: 30,
        },
        limits: TenantBounds::default(),
        log: LOG,
    }
}

/// A literal that is a host name.
#[allow(clippy::expect_used)]
fn local_name() -> HostName {
    HostName::parse("localhost").expect("localhost is a host name")
}

/// A literal that is an address.
#[allow(clippy::expect_used)]
fn sender() -> EmailAddress {
    EmailAddress::parse("certificates@sekisho.example").expect("the sender is an e-mail address")
}
