//! What requests look like, for the description of the API alone: they are read more strictly, and with
//! better words, by hand.
#![expect(dead_code, reason = "it is read by the test that writes the description")]

use serde::Deserialize;
use types::{Priority, Runtime, SessionId};
use utoipa::ToSchema;

/// A program to run.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Execute {
    /// The program's source text.
    #[schema(example = "console.log(2 + 2)")]
    code: String,
    /// What it is written in: TypeScript when absent.
    language: Option<Written>,
    /// What TypeScript and JavaScript are run by: `quickjs` when absent. Not every operator offers `deno`,
    /// sessions run in `quickjs` alone, and Python takes none.
    runtime: Option<Runtime>,
    /// Names of tools it may call, or prefixes with a final `*`; none when absent.
    #[schema(max_items = 1000, value_type = Option<Vec<Pattern>>)]
    allowed_tools: Option<Vec<Pattern>>,
    /// Milliseconds it may take; the operator's default when absent. The operator may set a lower most.
    #[schema(minimum = 1, maximum = 300_000)]
    timeout_ms: Option<u64>,
    /// What it asks for beside tools.
    permissions: Option<Asked>,
    /// The session it runs in, which it begins if there is none of that name. What programs define stays
    /// for the next ones.
    session_id: Option<SessionId>,
    /// Whether the session begins anew, and what was in it is thrown away; `false` when absent.
    reset_session: Option<bool>,
    /// Whether somebody waits for the answer; `interactive` when absent.
    priority: Option<Priority>,
    /// Milliseconds it may wait for a place.
    #[schema(minimum = 0, maximum = 86_400_000)]
    max_wait_ms: Option<u64>,
}

/// A full name of a tool such as `mcp__filesystem__read_file`, or a prefix such as `mcp__filesystem__*`.
#[derive(Deserialize, ToSchema)]
#[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_-]*[A-Za-z0-9_*-]$")]
pub(crate) struct Pattern(String);

/// What a program is written in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Written {
    TypeScript,
    JavaScript,
    Python,
}

/// Directories and hosts that a program asks for. It gets what the operator allows of them.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Asked {
    /// Directories to read, or `true` for all that are allowed.
    read: Option<Directories>,
    /// Directories to read and write to, or `true` for all that are allowed.
    write: Option<Directories>,
    /// Hosts to send requests to, or `true` for all that are allowed.
    net: Option<Hosts>,
    /// The directory to which relative paths are relative: one of the others.
    cwd: Option<Directory>,
}

/// Directories, or all that are allowed.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Directories {
    These(DirectoryList),
    All(bool),
}

/// Directories.
#[derive(Deserialize, ToSchema)]
#[schema(max_items = 32)]
pub(crate) struct DirectoryList(Vec<Directory>);

/// Hosts, or all that are allowed.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Hosts {
    These(Vec<Host>),
    All(bool),
}

/// An absolute path.
#[derive(Deserialize, ToSchema)]
#[schema(max_length = 4095, pattern = "^/[^*?\\x00]*$", example = "/home/me/project")]
pub(crate) struct Directory(String);

/// A name, or an address.
#[derive(Deserialize, ToSchema)]
#[schema(
    pattern = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?([.][a-z]([a-z0-9-]{0,30}[a-z0-9])?){1,3}$",
    example = "api.example.com"
)]
pub(crate) struct Host(String);
