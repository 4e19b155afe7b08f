//! The Debian packages that the tests need, found by their programs and not by package name, so that a
//! machine with Node or Java from elsewhere stays unchanged.

use std::path::Path;
use std::process::Command;

use crate::command::{find, run, succeeds};
use crate::failure::Failure;
use crate::postgres;

struct Need {
    package: &'static str,
    wanted: &'static str,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { package: "postgresql", wanted: "initdb", present: || postgres::programs().is_some() },
    Need { package: "chromium", wanted: "chromium", present: || find("chromium").is_some() },
    Need { package: "xvfb", wanted: "Xvfb", present: || find("Xvfb").is_some() },
    Need { package: "xdotool", wanted: "xdotool", present: || find("xdotool").is_some() },
    Need {
        package: "libnss3-tools",
        wanted: "certutil and pk12util",
        present: || find("certutil").is_some() && find("pk12util").is_some(),
    },
    Need {
        package: "fonts-noto-cjk",
        wanted: "the Noto CJK fonts",
        present: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file(),
    },
    Need { package: "openssl", wanted: "openssl", present: || find("openssl").is_some() },
    Need { package: "curl", wanted: "curl", present: || find("curl").is_some() },
    Need {
        package: "freeradius",
        wanted: "freeradius",
        present: || Path::new("/usr/sbin/freeradius").is_file(),
    },
    Need { package: "eapoltest", wanted: "eapol_test", present: || find("eapol_test").is_some() },
    Need { package: "openvpn", wanted: "openvpn", present: || Path::new("/usr/sbin/openvpn").is_file() },
    Need { package: "gnutls-bin", wanted: "certtool", present: || find("certtool").is_some() },
    Need {
        package: "default-jdk-headless",
        wanted: "keytool",
        present: || succeeds(Command::new("keytool").arg("-help")),
    },
    Need {
        package: "python3-venv",
        wanted: "python3 with venv and pip",
        present: || succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])),
    },
];

/// Installs the missing packages as root; otherwise fails with the exact list.
pub(crate) fn install_missing() -> Result<(), Failure> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        println!("nothing is missing");
        return Ok(());
    }
    let packages: Vec<&'static str> = missing.iter().map(|need| need.package).collect();
    if !is_root() {
        return Err(Failure::MissingPackages { packages });
    }

    run(apt().arg("update"))?;
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(&packages))?;
    match missing.iter().find(|need| !(need.present)()) {
        None => Ok(()),
        Some(need) => Err(Failure::StillMissing { package: need.package, wanted: need.wanted }),
    }
}

/// Whether this process may install packages and must not run a database as itself.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|this_process| this_process.uid() == 0)
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
    command
}
