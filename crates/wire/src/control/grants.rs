//! Granted directories: between host and mount broker, and between host and a child before its program.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Directories that one program may be granted; as many descriptors go with one datagram, and two
/// more.
pub const MAX_GRANTED: usize = 64;

/// How the mount broker is to be set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MountBrokerConfig {
    /// The host's process id, to notice a host that died before the death signal was set.
    pub host_pid: u32,
    /// The uid and gid of programs, where the host is root.
    pub sandbox_uid: u32,
}

/// What the host asks of the mount broker: a mount of the directory at this path, provided that it is
/// the one which the host holds open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountOrder {
    /// The device the directory is on.
    pub device: u64,
    /// Its inode there.
    pub inode: u64,
    /// Its path without links.
    pub path: PathBuf,
}

impl MountOrder {
    /// The longest order as a datagram.
    pub const CAP: usize = 16 + 4096;

    /// As a datagram.
    pub fn encode(&self) -> Vec<u8> {
        let path = self.path.as_os_str().as_bytes();
        [&self.device.to_le_bytes(), &self.inode.to_le_bytes(), path].concat()
    }

    /// From a datagram.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (device, rest) = bytes.split_first_chunk::<8>()?;
        let (inode, path) = rest.split_first_chunk::<8>()?;
        if path.is_empty() || bytes.len() > Self::CAP {
            return None;
        }
        Some(Self {
            device: u64::from_le_bytes(*device),
            inode: u64::from_le_bytes(*inode),
            path: OsString::from_vec(path.to_vec()).into(),
        })
    }
}

/// What the mount broker says to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MountAnswer {
    /// The mount comes with the datagram.
    #[serde(rename_all = "camelCase")]
    Mounted {
        /// Whether a program may read in it what the directory's owner may. Else it reads there as
        /// the user that it is.
        as_owner: bool,
    },
    /// There is none.
    Refused {
        /// Why, in words that follow the directory's path.
        reason: String,
    },
}

impl MountAnswer {
    /// As a datagram.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From a datagram.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// What a child's program is granted: a file that the child reads before its lockdown is complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantSheet {
    /// The directories, in the order of their descriptors.
    pub directories: Vec<GrantedPath>,
    /// Where the program starts, in one of them.
    pub cwd: Option<String>,
}

/// A granted directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantedPath {
    /// Its path without links: where the program finds it.
    pub path: String,
    /// Other paths that lead to it, where nothing else has that path.
    pub names: Vec<String>,
    /// The device it is on.
    pub device: u64,
    /// Its inode there.
    pub inode: u64,
}

/// What the child made of its sheet, written over it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SheetAnswer {
    /// What the program does not get.
    #[serde(default)]
    pub withheld: Vec<Withheld>,
    /// Why there is no child.
    #[serde(default)]
    pub failed: Option<String>,
}

/// Something granted that the program does not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Withheld {
    /// Which of the directories; none for the working directory.
    pub index: Option<usize>,
    /// Why, in words that follow its path.
    pub reason: String,
}
