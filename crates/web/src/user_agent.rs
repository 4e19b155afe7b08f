//! What a browser's name says about the machine that it runs on.

use domain::device::DeviceType;

/// A first guess from `User-Agent`, to preselect; never relied upon.
pub(crate) fn device(user_agent: &str) -> Option<DeviceType> {
    let has = |part: &str| user_agent.contains(part);
    if has("iPhone") || has("iPad") {
        Some(DeviceType::Ios)
    } else if has("Android") {
        Some(DeviceType::Android)
    } else if has("Firefox/") {
        Some(DeviceType::Firefox)
    } else if has("Windows") {
        Some(DeviceType::Windows)
    } else if has("Mac OS X") {
        Some(DeviceType::Macos)
    } else if has("Linux") {
        Some(DeviceType::Linux)
    } else {
        None
    }
}

/// What people call the machine, from `User-Agent`, to suggest as its name.
pub(crate) fn machine(user_agent: &str) -> Option<&'static str> {
    const MACHINES: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "Chromebook"),
        ("Windows", "Windows PC"),
        ("Macintosh", "Mac"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux PC"),
    ];
    MACHINES.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_android_phone_is_not_taken_for_a_linux_pc() {
        assert_eq!(device("Mozilla/5.0 (Linux; Android 10; K) Chrome/150"), Some(DeviceType::Android));
    }

    #[test]
    fn a_machine_is_named_by_its_system_whatever_the_browser() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Windows PC"),
            ),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/150", Some("Chromebook")),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/150", Some("Android")),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", Some("iPhone")),
            ("curl/8", None),
        ] {
            assert_eq!(machine(user_agent), name);
        }
    }
}
