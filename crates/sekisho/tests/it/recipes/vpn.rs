//! OpenVPN with the manual's files, between two processes without a network device, so that no test needs to be root.

use super::Kitchen;
use std::{
    fs::File,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use testkit::free_port;

/// What the manual says about devices and addresses, which one connection without a device has not.
const OF_DEVICES: [&str; 9] =
    ["port ", "proto ", "dev ", "server ", "topology ", "keepalive ", "client", "remote ", "nobind"];
const CONNECTED: &str = "Initialization Sequence Completed";

/// Whether OpenVPN accepts this company's person; the server's log if not.
pub(super) fn accepts(kitchen: &Kitchen<'_>, slug: &str) -> Result<(), String> {
    let port = free_port();
    let script = kitchen.folder.join("sekisho-issuer");
    std::fs::write(&script, kitchen.block("`/etc/openvpn/server/sekisho-issuer`")).expect("writes");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let server = without_device(&kitchen.block("`/etc/openvpn/server/sekisho.conf`:"));
    kitchen.write("server.conf", &format!("{server}tls-server\nlocal 127.0.0.1\nlport {port}\n"));
    let client = without_device(&kitchen.block("A person's `sekisho.ovpn`"));
    let client = client.replace("person.p12", &format!("{slug}.p12"));
    let of_client =
        format!("tls-client\nremote 127.0.0.1 {port}\nlport 0\naskpass password\nhand-window 20\n");
    kitchen.write("client.conf", &format!("{client}{of_client}"));
    let mut server = start(kitchen, "server");
    let mut client = start(kitchen, "client");
    let began = Instant::now();
    let accepted = loop {
        let log = kitchen.read("server.log");
        if log.contains(CONNECTED) && kitchen.read("client.log").contains(CONNECTED) {
            break true;
        }
        if log.contains("VERIFY ERROR") || log.contains("VERIFY SCRIPT ERROR") {
            break false;
        }
        let told = || format!("{log}\n{}", kitchen.read("client.log"));
        assert!(began.elapsed() < Duration::from_secs(30), "{}", told());
        std::thread::sleep(Duration::from_millis(50));
    };
    for process in [&mut client, &mut server] {
        process.kill().expect("ends");
        process.wait().expect("ended");
    }
    if accepted { Ok(()) } else { Err(kitchen.read("server.log")) }
}

fn without_device(text: &str) -> String {
    let kept = text.lines().filter(|line| !OF_DEVICES.iter().any(|word| line.starts_with(word)));
    kept.chain(["dev null", "proto udp", "verb 3", ""]).collect::<Vec<_>>().join("\n")
}

fn start(kitchen: &Kitchen<'_>, name: &str) -> Child {
    let log = File::create(kitchen.folder.join(format!("{name}.log"))).expect("a log");
    Command::new("/usr/sbin/openvpn")
        .args(["--config", &format!("{name}.conf")])
        .current_dir(kitchen.folder)
        .stdin(Stdio::null())
        .stdout(log)
        .spawn()
        .expect("openvpn")
}
