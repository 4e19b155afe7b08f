//! The files of the first start of `sekisho up`, made in an order in which a crash leaves no mark of completion.

use super::operator_enrolment::{self, EnrolmentError};
use crate::{
    audit_heads_file::AuditHeadsFile,
    command::{
        CommandError, Services,
        tenant::{self, AddTenant},
    },
    config::Config,
    data_folder::{DataFolder, DataFolderError, OPERATOR_FILE, create_key, write_private},
    hand_over::{self, WriteError},
    wiring::{
        clock::{SystemClock, SystemEntropy},
        installation::{Installation, OpenError},
        localhost_ca::{LocalhostCa, LocalhostCaError},
    },
};
use domain::{
    policy::Policy,
    secret::Secret,
    time::{Clock, DAY, Entropy},
};
use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

pub(super) const SAMPLE: &str = "sample";
/// Its first administrator.
pub(super) const SAMPLE_ADMINISTRATOR_EMAIL: &str = "admin@sample.example";
/// The password of [`OPERATOR_FILE`].
pub(super) const OPERATOR_PASSWORD_FILE: &str = "operator-password.txt";
/// Days that the demo contract lasts.
const SAMPLE_DAYS: i32 = 365;

/// Why the first start was not finished.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    /// A file or folder.
    #[error(
        "{path}: {source}; make room and the data folder writable, remove the data folder, and start again"
    )]
    File { path: PathBuf, source: io::Error },
    /// The folder's mark.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// Certificates for localhost names.
    #[error(transparent)]
    LocalhostCa(#[from] LocalhostCaError),
    /// Database and authorities.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The operator's certificate.
    #[error("operator's certificate: {0}")]
    Operator(#[from] EnrolmentError),
    /// The demo tenant.
    #[error("demo tenant: {0}")]
    Sample(#[from] CommandError),
    /// What is handed over for it.
    #[error("{0}; make room and the data folder writable, remove the data folder, and start again")]
    HandOver(#[from] WriteError),
}

/// The codes for a newcomer, shown once.
pub(super) struct Codes {
    /// 識別コード of the demo tenant.
    pub(super) identification_code: String,
    /// パスワード(管理者用) of the demo tenant.
    pub(super) sheet_password: Secret<String>,
    /// The password of the operator's file.
    pub(super) operator_password: Secret<String>,
}

/// Makes everything except the mark of completion.
pub(super) async fn make(folder: &DataFolder, config: &Config) -> Result<Codes, FirstStartError> {
    folder.begin_first_start()?;
    let key = &config.key_encryption_key_file;
    create_key(key, &mut *SystemEntropy.rng())
        .map_err(|source| FirstStartError::File { path: key.clone(), source })?;
    for name in ["mail", "sheets"] {
        private_folder(&folder.join(name))?;
    }
    LocalhostCa::create(folder.path(), &SystemClock, &SystemEntropy)?;
    let file = operator_enrolment::enrol(config).await?;
    for (name, contents) in
        [(OPERATOR_FILE, file.bytes.as_slice()), (OPERATOR_PASSWORD_FILE, file.password.expose().as_bytes())]
    {
        let path = folder.join(name);
        write_private(&path, contents).map_err(|source| FirstStartError::File { path, source })?;
    }
    let installation = Installation::open(config).await?;
    let services = Services {
        authority: installation.authority.clone(),
        audit_heads: AuditHeadsFile::at(config.audit_heads_file.clone()),
    };
    let handed = tenant::add(&services, sample()).await?;
    hand_over::write(&tenant::files(&handed), &folder.join("sheets").join(SAMPLE))?;
    installation.close().await;
    Ok(Codes {
        identification_code: handed.tenant.identification_code.grouped(),
        sheet_password: handed.password.grouped(),
        operator_password: file.password,
    })
}

fn private_folder(path: &Path) -> Result<(), FirstStartError> {
    let made = DirBuilder::new().mode(0o700).create(path);
    made.map_err(|source| FirstStartError::File { path: path.to_owned(), source })
}

fn sample() -> AddTenant {
    let last_day = (SystemClock.now() + DAY * SAMPLE_DAYS).to_zoned(jiff::tz::TimeZone::UTC).date();
    AddTenant {
        slug: SAMPLE.to_owned(),
        name: "株式会社サンプル".to_owned(),
        organization: "Sample Co., Ltd.".to_owned(),
        organizational_unit: Some("Sales".to_owned()),
        contract_number: "SAMPLE-0001".to_owned(),
        seats: 50,
        valid_until: last_day.to_string(),
        administrator_name: "見本 太郎".to_owned(),
        administrator_email: SAMPLE_ADMINISTRATOR_EMAIL.to_owned(),
        locale: "ja".to_owned(),
        support_contact: "help@sample.example".to_owned(),
        certificate_days: Policy::default().certificate_days,
        ..AddTenant::default()
    }
}
