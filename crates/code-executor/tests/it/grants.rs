//! What a request's `permissions` come to, whatever stands in them; and a name that changes where it
//! leads between two look-ups.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use testkit::{McpProcess, Workspace};
use types::{ExecutionOutcome, Grants};

use crate::support::{BINARY, assert_well, output_of, workspace};

/// Every name is asked for often enough to be rebound; the answers are told one line each.
const VISITOR: &str = "\
const names = ['rebind', 'mixed', 'own', 'metadata', 'mapped', 'nat64', 'loopback6', 'zero'];
for (const name of names) {
  for (let visit = 0; visit < 8; visit += 1) {
    try {
      const response = await fetch(`http://${name}.test/`);
      console.log(name, response.status, await response.text());
    } catch (error) {
      console.log(name, error.cause?.code ?? error);
    }
  }
}
";

/// A workspace whose operator allows `open` for reading and `work` for writing.
fn allowed() -> (Workspace, McpProcess) {
    let workspace = workspace();
    for folder in ["open", "work", "closed"] {
        fs::create_dir(workspace.path(folder)).expect("a folder");
    }
    let of = |name: &str| workspace.path(name).to_str().expect("a path of UTF-8").to_owned();
    let (open, work) = (of("open"), of("work"));
    let workspace = workspace
        .with_security("allowRead", json!([open]))
        .with_security("allowWrite", json!([work]));
    let server = workspace.serve();
    (workspace, server)
}

fn granted(outcome: &ExecutionOutcome) -> &Grants {
    outcome.grants.as_ref().expect("what was granted")
}

#[test]
fn an_entry_that_makes_no_sense_refuses_the_request_in_both_languages() {
    let (_workspace, mut server) = allowed();
    let long = "/a".repeat(3_000);
    for (permissions, says) in [
        (json!({"read": ["relative/path"]}), "absolute"),
        (json!({"read": [""]}), "empty"),
        (json!({"write": ["/srv/\0data"]}), "NUL"),
        (json!({"read": ["/srv/*"]}), "*"),
        (json!({"read": [long]}), "limit is 4095"),
        (json!({"read": "/srv"}), "a list of strings or a boolean"),
        (json!({"read": [1]}), "a list of strings or a boolean"),
        (json!({"cwd": 1}), "permissions.cwd"),
        (json!({"cwd": "relative"}), "absolute"),
        (json!({"net": ["https://example.com/x"]}), "example.com"),
        (json!({"net": ["*"]}), "`*` stands only at the front"),
        (json!({"net": ["exa mple.com"]}), "a rule is a host"),
        (json!({"net": ["127.1"]}), "localhost:3000"),
        (json!({"net": ["0x7f000001:80"]}), "localhost:3000"),
        (json!({"net": ["10.0.0.1"]}), "not a public one"),
        (json!({"net": ["[::ffff:10.0.0.1]"]}), "canonical form"),
        (json!({"net": ["example.com:99999"]}), "a port is a number"),
        (json!({"teleport": true}), "unknown key"),
        (json!({"env": ["HOME"]}), "permissions.env"),
    ] {
        for tool in ["executeTypescript", "executePython"] {
            let arguments = json!({"code": "1", "permissions": permissions});
            let answer = server.call_tool(tool, arguments);
            let text = answer["content"][0]["text"].as_str().unwrap_or_default().to_owned();
            let is_told = text.contains(says) && text.contains("permissions");
            // Told beside what it grants: this machine without a port is harmless.
            let is_denied = text.is_empty() || says == "localhost:3000";
            assert!(is_told || is_denied, "{tool} {permissions}: {answer}");
        }
    }
    assert_well(&mut server);
}

#[test]
fn what_the_operator_does_not_allow_is_denied_with_its_reason() {
    let (workspace, mut server) = allowed();
    let at = |name: &str| workspace.path(name).to_str().expect("UTF-8").to_owned();
    fs::write(workspace.path("open/file"), "text").expect("a file");
    fs::create_dir(workspace.path("work/.git")).expect("a folder");
    symlink(workspace.path("closed"), workspace.path("open/out")).expect("a link");
    for (permissions, entry, reason) in [
        (json!({"read": [at("closed")]}), at("closed"), "not in a directory that the operator"),
        (json!({"read": [at("open/missing")]}), at("open/missing"), "does not exist"),
        (json!({"read": [at("open/file")]}), at("open/file"), "not a directory"),
        (json!({"read": [at("open/out")]}), at("open/out"), "not in a directory that the operator"),
        (json!({"read": [at("open/../closed")]}), at("open/../closed"), "not in a directory"),
        (json!({"read": ["/"]}), "/".to_owned(), "not in a directory that the operator"),
        (json!({"read": ["/proc"]}), "/proc".to_owned(), "not in a directory that the operator"),
        (json!({"read": ["/proc/self/root"]}), "/proc/self/root".to_owned(), "not in a directory"),
        (json!({"read": ["/dev"]}), "/dev".to_owned(), "not in a directory that the operator"),
        (json!({"write": [at("open")]}), at("open"), "may be read, not written"),
        (json!({"write": [at("work/.git")]}), at("work/.git"), "may be read, not written"),
        (json!({"cwd": at("open")}), at("open"), "not in a directory that was granted"),
    ] {
        for tool in ["executeTypescript", "executePython"] {
            let outcome = server.execute_by(tool, json!({"code": "1", "permissions": permissions}));
            assert!(outcome.success, "{tool} {permissions}: {outcome:?}");
            let denied = &granted(&outcome).denied;
            let is_told = |it: &types::DeniedGrant| it.entry == entry && it.reason.contains(reason);
            assert!(denied.len() == 1 && is_told(&denied[0]), "{permissions}: {denied:?}");
        }
    }
}

#[test]
fn what_was_granted_is_in_the_outcome_and_in_the_audit_log() {
    let (workspace, mut server) = allowed();
    let at = |name: &str| workspace.path(name).to_str().expect("UTF-8").to_owned();
    let permissions = json!({"read": true, "write": [at("work")], "cwd": at("work")});
    let outcome = server.execute(json!({"code": "1", "permissions": permissions}));
    output_of(&outcome);
    let grants = granted(&outcome);
    assert_eq!((&grants.write, &grants.cwd), (&vec![at("work")], &Some(at("work"))));
    assert!(grants.read.contains(&at("open")) && grants.denied.is_empty(), "{grants:?}");
    drop(server);
    let records = workspace.audit_records();
    let start = records.iter().find(|record| record["event"] == "start").expect("a start");
    assert_eq!(start["granted"]["write"], json!([at("work")]));
}

#[test]
fn an_operator_who_allows_too_much_is_told_at_the_start() {
    let with = |setting: &'static str, folder: PathBuf| {
        let workspace = workspace().with_security(setting, json!([folder]));
        let output = workspace.command(&["exec", "-"]).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{told}");
        assert!(told.contains(&format!("security.{setting}")), "{told}");
        told
    };
    let place = tempfile::tempdir().expect("a folder");
    let missing = with("allowRead", place.path().join("missing"));
    assert!(missing.contains("cannot open the directory"), "{missing}");
    assert!(with("allowRead", PathBuf::from("/proc")).contains("of the system"));
    // The binary lies there; whoever may write there may replace it.
    let binary = Path::new(BINARY).parent().expect("a folder").to_owned();
    let outside = with("allowWrite", binary);
    assert!(outside.contains("run outside of the sandbox"), "{outside}");
    let workspace = workspace();
    let ours = workspace.audit_path().parent().expect("a folder").to_owned();
    let output =
        workspace.with_security("allowRead", json!([ours])).command(&["exec", "-"]).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(64), "{output:?}");
}

#[test]
fn a_name_that_is_rebound_between_two_look_ups_is_never_dialled() {
    let workspace = workspace();
    let program = workspace.write("visitor.ts", VISITOR);
    let script = workspace.write("rebinding.py", include_str!("grants/rebinding.py"));
    workspace.write_configuration();
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    let inner = workspace.command(&[]);
    command.args(["--net", "--mount", "python3"]).arg(script);
    command.arg(workspace.binary()).arg(workspace.path("")).arg(program);
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().expect("unshare is there");
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && errors.contains("Operation not permitted") {
        eprintln!("not run: this host gives the test no network namespace: {errors}");
        return;
    }
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {errors}{}", String::from_utf8_lossy(&output.stdout))
    });
    assert_eq!(told["touched"], json!([]), "{told}");
    let printed = told["outcome"]["output"].as_str().unwrap_or_default();
    let count = |line: &str| printed.lines().filter(|it| *it == line).count();
    assert_eq!(count("rebind 200 public"), 2, "{told}");
    assert_eq!(count("rebind EgressUnreachable"), 6, "{told}");
    for name in ["mixed", "own", "metadata", "mapped", "nat64", "loopback6", "zero"] {
        assert_eq!(count(&format!("{name} EgressUnreachable")), 8, "{told}");
    }
    let records = workspace.audit_records();
    let causes: Vec<_> = records.iter().filter_map(|record| record["cause"].as_str()).collect();
    for cause in ["address_not_global", "address_own", "address_metadata"] {
        assert!(causes.contains(&cause), "{causes:?}");
    }
}
