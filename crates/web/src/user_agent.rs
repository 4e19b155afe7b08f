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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_android_phone_is_not_taken_for_a_linux_pc() {
        assert_eq!(device("Mozilla/5.0 (Linux; Android 10; K) Chrome/150"), Some(DeviceType::Android));
    }
}
