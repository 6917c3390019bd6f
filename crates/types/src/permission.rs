//! What a program asks of the outside beyond tools, what it was given, and what it did with it.

use serde::{Deserialize, Serialize};

/// What a request asks for, read from its `permissions`. Nothing of it is granted yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Directories to read.
    pub read: Asked,
    /// Directories to read and to write to.
    pub write: Asked,
    /// Hosts to send requests to.
    pub net: Asked,
    /// The directory to which relative paths are relative.
    pub cwd: Option<String>,
}

impl Permissions {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One kind of permission, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// These.
    Entries(Vec<String>),
    /// Whatever the operator allows (`true`).
    All,
}

impl Default for Asked {
    fn default() -> Self {
        Self::Entries(Vec::new())
    }
}

/// What of its permissions a program was given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    /// Directories it could read, by their real paths.
    pub read: Vec<String>,
    /// Those of them it could write to.
    pub write: Vec<String>,
    /// Hosts it could send requests to.
    pub net: Vec<String>,
    /// The directory it worked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// What it asked for and was not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<DeniedGrant>,
}

/// A permission that was asked for and not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeniedGrant {
    /// `read`, `write`, `net` or `cwd`.
    pub permission: String,
    /// As it was asked for.
    pub entry: String,
    /// Why not, and who could change that.
    pub reason: String,
}

/// A request that a program sent to a host. One that was redirected is there once for each server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestRecord {
    /// Host and port; nothing when the URL named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The method.
    pub method: String,
    /// The answer's status, when one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the request's body.
    pub bytes_sent: u64,
    /// Bytes of the answer's body, as it was sent.
    pub bytes_received: u64,
    /// Milliseconds to the end of the answer, or to the failure.
    pub duration_ms: f64,
    /// The stable code of what went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
