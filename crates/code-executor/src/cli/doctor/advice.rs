//! What would raise the level on this host, or make reachable what is not: the exact line to run or to
//! set. Decides from what was found and reads nothing itself but a few switches of the kernel.

use std::collections::BTreeMap;

use types::Layer;

use crate::cli::doctor::host::read;
use crate::cli::doctor::report::{Advice, Engine, Host};

/// The switches of the kernel that forbid user namespaces.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    /// `kernel.unprivileged_userns_clone`, of Debian.
    pub clone: Option<String>,
    /// `user.max_user_namespaces`.
    pub most: Option<String>,
    /// `kernel.apparmor_restrict_unprivileged_userns`, of Ubuntu.
    pub apparmor: Option<String>,
    /// Whether the hierarchy of all controllers is there.
    pub second_cgroups: bool,
}

impl Switches {
    /// As they are.
    pub fn of_this_machine() -> Self {
        Self {
            clone: read("/proc/sys/kernel/unprivileged_userns_clone"),
            most: read("/proc/sys/user/max_user_namespaces"),
            apparmor: read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            second_cgroups: read("/sys/fs/cgroup/cgroup.controllers").is_some(),
        }
    }
}

/// One piece of advice for each cause, whatever number of layers and engines it costs.
pub fn for_missing(
    engines: &[Engine],
    host: &Host,
    switches: &Switches,
    executable: &str,
) -> Vec<Advice> {
    let missing = engines
        .iter()
        .flat_map(|engine| engine.isolation.iter().flat_map(|isolation| &isolation.missing));
    let mut by_cause: BTreeMap<u8, Advice> = BTreeMap::new();
    for missing in missing {
        let why = missing.reason.clone();
        let (place, about, ways) = match missing.layer {
            Layer::Cgroup => (2, "cgroup limits (level L3)", cgroups(&why, host, switches)),
            Layer::Landlock => (0, "Landlock (level L1)", landlock(host)),
            // They come and go together; the one that says why is the first.
            _ => (1, "namespaces (level L2)", namespaces(&why, host, switches, executable)),
        };
        by_cause.entry(place).or_insert(Advice { about: about.to_owned(), why, ways });
    }
    let unusable = engines.iter().filter(|engine| !engine.available && engine.isolation.is_none());
    // Without Deno its language is run all the same.
    let unusable = unusable.filter(|engine| engine.engine != "deno" || engine.asked_for);
    let of_engines = unusable.filter_map(|engine| {
        let why = engine.reason.clone()?;
        let ways = interpreter(&why);
        let about = engine.shown().to_owned();
        (!ways.is_empty()).then_some(Advice { about, why, ways })
    });
    let of_engines: Vec<Advice> = of_engines.collect();
    by_cause.into_values().chain(of_engines).collect()
}

fn namespaces(why: &str, host: &Host, switches: &Switches, executable: &str) -> Vec<String> {
    if why.contains("switched off") {
        return vec!["set `sandbox.namespaces` to true".to_owned()];
    }
    let is = |switch: &Option<String>, value: &str| switch.as_deref() == Some(value);
    let mut ways = Vec::new();
    if is(&switches.clone, "0") {
        ways.push("sudo sysctl -w kernel.unprivileged_userns_clone=1".to_owned());
    }
    if is(&switches.most, "0") {
        ways.push("sudo sysctl -w user.max_user_namespaces=15000".to_owned());
    }
    if is(&switches.apparmor, "1") {
        ways.push(format!(
            "echo 'abi <abi/4.0>, include <tunables/global> profile code-executor {executable} \
             flags=(unconfined) {{ userns, }}' | sudo tee /etc/apparmor.d/code-executor && sudo \
             apparmor_parser -r /etc/apparmor.d/code-executor"
        ));
        ways.push("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0".to_owned());
    }
    if !ways.is_empty() {
        return ways;
    }
    match host.container {
        Some("kubernetes") => vec![
            "securityContext: { seccompProfile: { type: Unconfined }, appArmorProfile: { type: \
             Unconfined } }, or a seccomp profile of your own that allows unshare, mount, \
             umount2, pivot_root, open_tree, move_mount, mount_setattr, fsopen, fsconfig, fsmount"
                .to_owned(),
        ],
        Some(kind) => vec![
            format!(
                "{kind} run --security-opt seccomp=unconfined --security-opt apparmor=unconfined …"
            ),
            format!("{kind} run --cap-add SYS_ADMIN --security-opt apparmor=unconfined …, as root"),
        ],
        None if host.filtered => vec![
            "a seccomp filter around us refuses unshare and mount; in a container: docker run \
             --security-opt seccomp=unconfined --security-opt apparmor=unconfined …; in a systemd \
             unit: RestrictNamespaces=no, and no @mount in SystemCallFilter"
                .to_owned(),
        ],
        None => vec![
            "boot a kernel with CONFIG_USER_NS, and look at /proc/sys/user/max_user_namespaces"
                .to_owned(),
        ],
    }
}

fn landlock(host: &Host) -> Vec<String> {
    if !is_at_least(&host.kernel, (6, 12)) {
        return vec![format!("boot Linux 6.12 or newer; this is {}", host.kernel)];
    }
    match &host.security_modules {
        Some(modules) if !modules.split(',').any(|one| one == "landlock") => {
            vec![format!("boot with lsm=landlock,{modules} on the kernel's command line")]
        }
        _ if host.filtered => vec![
            "allow landlock_create_ruleset, landlock_add_rule and landlock_restrict_self in the \
             seccomp filter around us (docker run --security-opt seccomp=…)"
                .to_owned(),
        ],
        _ => vec!["boot a kernel with CONFIG_SECURITY_LANDLOCK, and landlock in lsm=".to_owned()],
    }
}

fn cgroups(why: &str, host: &Host, switches: &Switches) -> Vec<String> {
    if why.contains("switched off") {
        return vec!["set `sandbox.cgroups` to true".to_owned()];
    }
    if !switches.second_cgroups && host.uid != 0 {
        return vec![
            "this machine has cgroups of version 1, which only root makes: run as root, or have \
             root run: for c in memory pids; do mkdir /sys/fs/cgroup/$c/code-executor && chown -R \
             USER /sys/fs/cgroup/$c/code-executor && echo PID > \
             /sys/fs/cgroup/$c/code-executor/cgroup.procs; done"
                .to_owned(),
            "boot with systemd.unified_cgroup_hierarchy=1".to_owned(),
        ];
    }
    if host.container.is_some() {
        return vec![
            "mount /sys/fs/cgroup writable, with a cgroup namespace: docker run \
             --cgroupns=private --privileged …"
                .to_owned(),
        ];
    }
    vec![
        "systemd-run --user --scope -p Delegate=yes code-executor".to_owned(),
        "in a systemd unit: Delegate=yes (and DelegateSubgroup=host where other processes share \
         the unit)"
            .to_owned(),
    ]
}

fn interpreter(why: &str) -> Vec<String> {
    let ways: &[&str] = if why.contains("no python3") {
        &["sudo apt-get install python3", "set `executors.python.pythonPath`"]
    } else if why.contains("bin/python3") {
        &["python3 -m venv the directory that `executors.python.venv` names, or leave it out"]
    } else if why.contains("pythonPath") {
        &["set `executors.python.pythonPath` to a CPython of 3.9 to 3.14, or leave it out"]
    } else if why.contains("ctypes") {
        &["sudo apt-get install python3"]
    } else if why.contains("denoPath") {
        &["set `executors.typescript.denoPath` to a Deno of 2.0 or newer, or leave it out"]
    } else if why.contains("cannot be started in the sandbox") {
        &[
            "install Python where every user may read it, such as /usr/bin/python3, and set \
             `executors.python.pythonPath`",
            "allow user namespaces: see above",
        ]
    } else {
        &[]
    };
    ways.iter().map(|way| (*way).to_owned()).collect()
}

fn is_at_least(kernel: &str, least: (u32, u32)) -> bool {
    let mut numbers = kernel.split(|character: char| !character.is_ascii_digit());
    let mut next = || numbers.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
    (next(), next()) >= least
}

#[cfg(test)]
mod tests;
