//! The configuration of `sekisho up`, which is in no file.

use crate::{
    audit_heads_file::AUDIT_HEADS_NAME,
    config::{
        Config, GateSettings, LogFormat, LogSettings, MailSettings, MailTransportKeys, ServiceSettings,
        TlsSettings, own_settings,
    },
    data_folder::{DATABASE_NAME, KEY_NAME},
};
use domain::{bounds::TenantBounds, host_name::HostName};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};
use store::StoreUrl;

/// The log of `sekisho up`: only events that need attention.
const LOG: LogSettings = LogSettings { format: LogFormat::Text, level: tracing::Level::WARN };

const GATE: &str = "
[gate]
connections_max = 1000
upstream_connections_max = 2000
";

const MAIL: &str = "
[mail]
sender_address = 'certificates@sekisho.example'
sender_name = '関所 電子証明書サービス'
sender_name_en = 'Sekisho certificate service'
";

const SERVICE: &str = "
[service]
name_ja = '関所 電子証明書サービス'
name_en = 'Sekisho certificate service'
support_contact = 'support@sekisho.example'
";

/// Settings of an installation in `folder` with these ports. Every other setting has its default of a file.
#[allow(clippy::expect_used, reason = "literals, read by a test")]
pub fn settings(folder: &Path, public_port: u16, gate_port: u16) -> Config {
    let public_url = format!("http://localhost:{public_port}");
    let listen = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let gate: GateSettings = own_settings(GATE).expect("settings of the gate");
    let mail: MailSettings = own_settings(MAIL).expect("settings of mail");
    let service: ServiceSettings = own_settings(SERVICE).expect("settings of the service");
    Config {
        publication_url: public_url.clone(),
        public_url,
        site_suffix: HostName::parse("localhost").expect("localhost is a host name"),
        data_folder: folder.to_owned(),
        database: StoreUrl::Sqlite(folder.join(DATABASE_NAME)),
        key_encryption_key_file: folder.join(KEY_NAME),
        audit_heads_file: folder.join(AUDIT_HEADS_NAME),
        gate: GateSettings { listen: listen(gate_port), public_port: gate_port, ..gate },
        http_listen: listen(public_port),
        metrics_listen: listen(0),
        tls: TlsSettings::Localhost,
        transport: MailTransportKeys::Folder(folder.join("mail")),
        mail,
        service,
        limits: TenantBounds::default(),
        log: LOG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_here_can_be_read_and_the_rest_has_the_defaults_of_a_file() {
        let config = settings(Path::new("/folder"), 1, 2);
        assert_eq!((config.gate.listen.port(), config.gate.public_port), (2, 2));
        assert_eq!(config.gate.upstreams.connections_max, 2000);
        assert_eq!(config.gate.status_staleness.as_secs(), 60);
        assert_eq!(config.service.contract_grace_days, 30);
    }
}
