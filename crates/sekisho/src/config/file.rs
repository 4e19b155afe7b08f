//! The configuration file as written: text and numbers with the place where each stands.

use serde::Deserialize;
use toml::Spanned;

/// A value and where it stands.
pub(crate) type Written<T> = Spanned<T>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFile {
    pub(crate) public_url: Written<String>,
    pub(crate) site_suffix: Written<String>,
    pub(crate) data_folder: Option<Written<String>>,
    pub(crate) database: Written<String>,
    pub(crate) key_encryption_key_file: Written<String>,
    pub(crate) audit_heads_file: Option<Written<String>>,
    #[serde(default)]
    pub(crate) gate: GateSection,
    #[serde(default)]
    pub(crate) http: HttpSection,
    #[serde(default)]
    pub(crate) metrics: MetricsSection,
    pub(crate) tls: Vec<TlsSection>,
    pub(crate) mail: MailSection,
    pub(crate) service: ServiceSection,
    #[serde(default)]
    pub(crate) limits: LimitsSection,
    #[serde(default)]
    pub(crate) log: LogSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateSection {
    pub(crate) listen: Option<Written<String>>,
    pub(crate) public_port: Option<Written<i64>>,
    pub(crate) connections_max: Option<Written<i64>>,
    pub(crate) upstream_connections_max: Option<Written<i64>>,
    pub(crate) requests_per_site_max: Option<Written<i64>>,
    pub(crate) requests_per_certificate_max: Option<Written<i64>>,
    pub(crate) websockets_per_site_max: Option<Written<i64>>,
    pub(crate) websockets_per_certificate_max: Option<Written<i64>>,
    pub(crate) status_staleness_seconds: Option<Written<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpSection {
    pub(crate) listen: Option<Written<String>>,
    pub(crate) public_url: Option<Written<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsSection {
    pub(crate) listen: Option<Written<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSection {
    pub(crate) certificate_file: Written<String>,
    pub(crate) key_file: Written<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSection {
    pub(crate) smtp_host: Written<String>,
    pub(crate) smtp_port: Option<Written<i64>>,
    pub(crate) security: Option<Written<String>>,
    pub(crate) username: Option<Written<String>>,
    pub(crate) password_file: Option<Written<String>>,
    pub(crate) sender_address: Written<String>,
    pub(crate) sender_name: Written<String>,
    pub(crate) sender_name_en: Option<Written<String>>,
    pub(crate) hello_name: Option<Written<String>>,
    pub(crate) connections: Option<Written<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceSection {
    pub(crate) name_ja: Written<String>,
    pub(crate) name_en: Written<String>,
    pub(crate) support_contact: Written<String>,
    pub(crate) time_zone: Option<Written<String>>,
    pub(crate) contract_grace_days: Option<Written<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "named like the keys of the file")]
pub(crate) struct LimitsSection {
    pub(crate) people_max: Option<Written<i64>>,
    pub(crate) imports_kept_max: Option<Written<i64>>,
    pub(crate) bulk_mails_per_day_max: Option<Written<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSection {
    pub(crate) format: Option<Written<String>>,
    pub(crate) level: Option<Written<String>>,
}
