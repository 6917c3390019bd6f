//! What of a URL programs can set.

/// What of a URL can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The scheme.
    Protocol,
    /// The user.
    Username,
    /// The password.
    Password,
    /// Host and port.
    Host,
    /// The host alone.
    Hostname,
    /// The port alone.
    Port,
    /// The path.
    Pathname,
    /// The query.
    Search,
    /// The fragment.
    Hash,
}

impl Part {
    /// The part that a property of `URL` stands for.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "protocol" => Self::Protocol,
            "username" => Self::Username,
            "password" => Self::Password,
            "host" => Self::Host,
            "hostname" => Self::Hostname,
            "port" => Self::Port,
            "pathname" => Self::Pathname,
            "search" => Self::Search,
            "hash" => Self::Hash,
            _ => return None,
        })
    }
}
