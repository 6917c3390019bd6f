//! The line for each cause, on hosts that this machine is not.

use types::{Isolation, IsolationLevel, Language, MissingLayer};

use super::*;

fn engine(missing: &[(Layer, &str)]) -> Engine {
    let missing = missing
        .iter()
        .map(|(layer, reason)| MissingLayer { layer: *layer, reason: (*reason).to_owned() });
    Engine {
        language: Language::TypeScript,
        available: true,
        engine: "quickjs",
        version: None,
        executable: None,
        level: Some(IsolationLevel::L1),
        reason: None,
        asked_for: true,
        isolation: Some(Isolation {
            engine: "quickjs".to_owned(),
            level: IsolationLevel::L1,
            layers: Vec::new(),
            missing: missing.collect(),
        }),
        probes: Vec::new(),
    }
}

fn host() -> Host {
    Host {
        kernel: "6.18.1".to_owned(),
        uid: 1000,
        container: None,
        filtered: false,
        security_modules: None,
    }
}

fn ways(missing: (Layer, &str), host: &Host, switches: &Switches) -> String {
    let advice = for_missing(&[engine(&[missing])], host, switches, "/opt/code-executor");
    assert_eq!(advice.len(), 1, "{advice:?}");
    advice[0].ways.join("\n")
}

const UNSHARE: (Layer, &str) = (Layer::UserNamespace, "unshare: Operation not permitted");

#[test]
fn a_switch_of_the_kernel_is_named_with_the_line_that_turns_it() {
    let zero = || Some("0".to_owned());
    let debian = Switches { clone: zero(), ..Switches::default() };
    let line = ways(UNSHARE, &host(), &debian);
    assert_eq!(line, "sudo sysctl -w kernel.unprivileged_userns_clone=1");
    let none = Switches { most: zero(), ..Switches::default() };
    assert!(ways(UNSHARE, &host(), &none).contains("user.max_user_namespaces="));
    let ubuntu = Switches { apparmor: Some("1".to_owned()), ..Switches::default() };
    let lines = ways(UNSHARE, &host(), &ubuntu);
    assert!(lines.contains("/opt/code-executor") && lines.contains("apparmor_parser"), "{lines}");
}

#[test]
fn containers_get_their_flag() {
    let docker = Host { container: Some("docker"), filtered: true, ..host() };
    let line = ways(UNSHARE, &docker, &Switches::default());
    assert!(line.contains("docker run --security-opt seccomp="), "{line}");
    let pod = Host { container: Some("kubernetes"), ..host() };
    assert!(ways(UNSHARE, &pod, &Switches::default()).contains("securityContext"));
    let filtered = Host { filtered: true, ..host() };
    assert!(ways(UNSHARE, &filtered, &Switches::default()).contains("RestrictNamespaces"));
}

#[test]
fn landlock_wants_a_kernel_or_its_command_line() {
    let missing = (Layer::Landlock, "landlock is not available");
    let old = Host { kernel: "6.8.0-45-generic".to_owned(), ..host() };
    let line = ways(missing, &old, &Switches::default());
    assert_eq!(line, "boot Linux 6.12 or newer; this is 6.8.0-45-generic");
    let off = Host { security_modules: Some("capability,yama".to_owned()), ..host() };
    assert!(ways(missing, &off, &Switches::default()).contains("lsm=landlock,capability,yama"));
}

#[test]
fn cgroups_want_delegation_or_root() {
    let missing = (Layer::Cgroup, "/sys/fs/cgroup/x was not delegated to us");
    let second = Switches { second_cgroups: true, ..Switches::default() };
    assert!(ways(missing, &host(), &second).contains("Delegate=yes"));
    assert!(ways(missing, &host(), &Switches::default()).contains("only root makes"));
    let off = (Layer::Cgroup, "switched off by the operator (sandbox.cgroups)");
    assert_eq!(ways(off, &host(), &second), "set `sandbox.cgroups` to true");
}

#[test]
fn one_cause_is_told_once() {
    let layers =
        [UNSHARE, (Layer::PidNamespace, UNSHARE.1), (Layer::EmptyRoot, "needs namespaces")];
    let engines = [engine(&layers), engine(&layers)];
    let advice = for_missing(&engines, &host(), &Switches::default(), "/x");
    assert_eq!(advice.len(), 1);
    assert_eq!(advice[0].why, UNSHARE.1);
}
