//! FreeRADIUS with the manual's EAP module, and a Wi-Fi client's program.

use super::{FILE_PASSWORD, Kitchen};
use std::{
    fs::File,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use testkit::free_port;

/// Whether FreeRADIUS accepts this company's person; its log if not.
pub(super) fn accepts(kitchen: &Kitchen<'_>, slug: &str) -> Result<(), String> {
    let port = free_port().to_string();
    let here = kitchen.path("");
    let eap = kitchen.block("`/etc/freeradius/3.0/mods-available/eap`");
    // What Debian's own files would add around the module.
    let around = format!(
        "prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {here}
logdir = {here}
run_dir = {here}
db_dir = {here}
security {{
    allow_vulnerable_openssl = yes
}}
client test {{
    ipaddr = 127.0.0.1
    secret = testing123
}}
modules {{
{eap}
}}
server test {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    authorize {{
        eap
    }}
    authenticate {{
        eap
    }}
}}
"
    );
    kitchen.write("radiusd.conf", &around);
    kitchen.write(
        "supplicant.conf",
        &format!(
            "network={{
key_mgmt=IEEE8021X
eap=TLS
identity=\"anybody\"
ca_cert=\"{here}/server-ca.pem\"
private_key=\"{here}/{slug}.p12\"
private_key_passwd=\"{FILE_PASSWORD}\"
}}
"
        ),
    );
    let log = File::create(kitchen.folder.join("radius.log")).expect("a log");
    let mut server = Command::new("/usr/sbin/freeradius")
        .args(["-X", "-d", &here])
        .stdin(Stdio::null())
        .stdout(log)
        .spawn()
        .expect("freeradius");
    let began = Instant::now();
    while !kitchen.read("radius.log").contains("Ready to process requests") {
        assert!(began.elapsed() < Duration::from_secs(30), "{}", kitchen.read("radius.log"));
        std::thread::sleep(Duration::from_millis(50));
    }
    let asked = ["-c", "supplicant.conf", "-a", "127.0.0.1", "-p", &port, "-s", "testing123", "-t", "20"];
    let said =
        Command::new("eapol_test").args(asked).current_dir(kitchen.folder).output().expect("eapol_test");
    server.kill().expect("ends");
    server.wait().expect("ended");
    let said = String::from_utf8_lossy(&said.stdout).trim_end().ends_with("SUCCESS");
    let log = kitchen.read("radius.log");
    assert_eq!(said, log.contains("Sent Access-Accept"), "{log}");
    if said { Ok(()) } else { Err(log) }
}
