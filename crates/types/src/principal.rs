//! Who is asking.

use serde::{Deserialize, Serialize};

/// The authenticated caller of a request. It comes from a front, never from the request's body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// The tenant the caller belongs to.
    pub tenant: String,
    /// The caller within the tenant; `clientId` in audit records.
    pub subject: String,
}

impl Principal {
    /// The user who started this process: whoever talks over its stdio.
    pub fn local() -> Self {
        Self { tenant: "local".to_owned(), subject: "default".to_owned() }
    }
}
