//! What the interpreter is told: our sources, and all that its children's lockdown needs.

use std::collections::BTreeMap;

use serde::Serialize;
use types::{Layer, MissingLayer};
use wire::control::{PythonConfig, ZygoteConfig};

use crate::controls;
use crate::lockdown::namespaces::Entered;
use crate::lockdown::seccomp::Filter;

const BOOTSTRAP: &str = include_str!("bootstrap.py");
const LOCKDOWN: &str = include_str!("lockdown.py");
const ROOT: &str = include_str!("root.py");

/// The package the guest imports as `code_executor`.
const GUEST: [(&str, &str); 22] = [
    ("code_executor", include_str!("guest/__init__.py")),
    ("code_executor.bridge", include_str!("guest/bridge.py")),
    ("code_executor.errors", include_str!("guest/errors.py")),
    ("code_executor.exchange", include_str!("guest/exchange.py")),
    ("code_executor.files", include_str!("guest/files.py")),
    ("code_executor.grants", include_str!("guest/grants.py")),
    ("code_executor.hooks", include_str!("guest/hooks.py")),
    ("code_executor.hostfile", include_str!("guest/hostfile.py")),
    ("code_executor.httpclient", include_str!("guest/httpclient.py")),
    ("code_executor.httpcore", include_str!("guest/httpcore.py")),
    ("code_executor.layout", include_str!("guest/layout.py")),
    ("code_executor.loop", include_str!("guest/loop.py")),
    ("code_executor.output", include_str!("guest/output.py")),
    ("code_executor.places", include_str!("guest/places.py")),
    ("code_executor.processes", include_str!("guest/processes.py")),
    ("code_executor.program", include_str!("guest/program.py")),
    ("code_executor.protocol", include_str!("guest/protocol.py")),
    ("code_executor.result", include_str!("guest/result.py")),
    ("code_executor.rewrite", include_str!("guest/rewrite.py")),
    ("code_executor.servers", include_str!("guest/servers.py")),
    ("code_executor.session", include_str!("guest/session.py")),
    ("code_executor.sockets", include_str!("guest/sockets.py")),
];

/// The system calls of a child's lockdown.
const CALLS: [(&str, i64); 18] = [
    ("capset", libc::SYS_capset),
    ("chdir", libc::SYS_chdir),
    ("close_range", libc::SYS_close_range),
    ("landlock_add_rule", libc::SYS_landlock_add_rule),
    ("landlock_create_ruleset", libc::SYS_landlock_create_ruleset),
    ("landlock_restrict_self", libc::SYS_landlock_restrict_self),
    ("mount", libc::SYS_mount),
    ("move_mount", libc::SYS_move_mount),
    ("open_tree", libc::SYS_open_tree),
    ("openat", libc::SYS_openat),
    ("pidfd_open", libc::SYS_pidfd_open),
    ("pivot_root", libc::SYS_pivot_root),
    ("prctl", libc::SYS_prctl),
    ("prlimit64", libc::SYS_prlimit64),
    ("seccomp", libc::SYS_seccomp),
    ("setsid", libc::SYS_setsid),
    ("umount2", libc::SYS_umount2),
    ("unshare", libc::SYS_unshare),
];

/// The interpreter's instructions, as `bootstrap.py` reads them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Setup<'a> {
    bootstrap: &'static str,
    lockdown: &'static str,
    root: &'static str,
    guest: BTreeMap<&'static str, &'static str>,
    syscalls: BTreeMap<&'static str, i64>,
    python: &'a PythonConfig,
    // Where something is mounted in the zygote's root.
    mounted: &'a [String],
    layers: &'a [Layer],
    missing: &'a [MissingLayer],
    namespaces: bool,
    memory_bytes: u64,
    filter: String,
}

/// The instructions as JSON.
pub fn to_json(
    config: &ZygoteConfig,
    python: &PythonConfig,
    mounted: &[String],
    entered: &Entered,
    filter: &Filter,
) -> Vec<u8> {
    let setup = Setup {
        bootstrap: BOOTSTRAP,
        lockdown: controls::python_lockdown(LOCKDOWN),
        root: ROOT,
        guest: GUEST.into_iter().collect(),
        syscalls: CALLS.into_iter().collect(),
        python,
        mounted,
        layers: &entered.layers,
        missing: &entered.missing,
        namespaces: entered.has_namespaces(),
        memory_bytes: config.memory_bytes,
        filter: filter.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    serde_json::to_vec(&setup).unwrap_or_default()
}
