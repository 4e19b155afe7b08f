//! Limits on the load that the gate accepts.

/// Handshakes per second of one network in the long run: about a tenth of one core.
const HANDSHAKES_PER_SECOND_MAX: u32 = 200;

/// Handshakes of one network at once: enough for a company behind one address that comes back after a restart.
const HANDSHAKES_BURST_MAX: u32 = 1_000;

/// The limit on handshakes of one client network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandshakeRate {
    /// Handshakes per second in the long run; at least 1.
    pub per_second: u32,
    /// Handshakes at once after a rest; at least 1.
    pub burst: u32,
}

impl Default for HandshakeRate {
    fn default() -> Self {
        Self { per_second: HANDSHAKES_PER_SECOND_MAX, burst: HANDSHAKES_BURST_MAX }
    }
}

/// Most requests under way. A request that waits for its application all day counts; WebSockets do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomLimits {
    /// All strangers together: clients without a certificate, with a refused one, or at the public site.
    pub strangers: usize,
    /// The strangers of one client network: for example, hundreds of people of one company behind one address
    /// who open the public site at the same moment, on slow lines.
    pub network: usize,
    /// All visitors together.
    pub visitors: usize,
    /// One certificate.
    pub certificate: usize,
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self { strangers: 4_096, network: 1_024, visitors: 65_536, certificate: 256 }
    }
}

/// Bounds on what is under way to applications at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpstreamBounds {
    /// Connections to all applications, idle ones too.
    pub connections_max: usize,
    /// Requests to one site's application, until the end of their answers.
    pub requests_per_site_max: usize,
    /// Requests with one certificate.
    pub requests_per_certificate_max: usize,
    /// WebSockets to one site's application.
    pub tunnels_per_site_max: usize,
    /// WebSockets with one certificate.
    pub tunnels_per_certificate_max: usize,
}

impl Default for UpstreamBounds {
    fn default() -> Self {
        Self {
            connections_max: 20_000,
            requests_per_site_max: 1_000,
            requests_per_certificate_max: 64,
            tunnels_per_site_max: 10_000,
            tunnels_per_certificate_max: 64,
        }
    }
}
