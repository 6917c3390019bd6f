//! Whose word counts, what a workspace may do, and what a user reads when something is wrong.

mod several;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use policy::limits::Rule;
use types::{DangerousPatterns, IsolationLevel};

use crate::config::fixture::{Fixture, repository};
use crate::config::sources::Standing;

const SEED: &str = r#"{
  "version": 1,
  "security": {
    "allowRead": ["/home/user/projects/my-project"],
    "allowWrite": false,
    "allowNetwork": ["localhost", "127.0.0.1"],
    "defaultTimeoutMs": 30000,
    "maxTimeoutMs": 300000,
    "enableAuditLog": true,
    "auditLogPath": "./audit.log",
    "rateLimit": { "enabled": true, "maxRequests": 30, "windowMs": 60000 }
  },
  "executors": {
    "typescript": { "enabled": true, "denoPath": "deno" },
    "python": { "enabled": false, "pythonPath": "python3" }
  },
  "mcpConfigPath": "./.mcp.json"
}"#;

const SERVERS: &str = r#"{"mcpServers": {
  "notes": {"command": "notes-server", "args": ["--token", "hunter2"], "env": {"KEY": "hunter2"}},
  "code-executor": {"command": "npx", "args": ["-y", "code-executor-mcp"]},
  "linear": {"type": "http", "url": "https://mcp.linear.app/mcp"}
}}"#;

#[test]
fn without_any_file_the_defaults_hold() {
    let fixture = Fixture::new();
    let settings = fixture.settings();
    assert_eq!(settings.policy.default_timeout_ms, 30_000);
    assert_eq!(settings.policy.max_timeout_ms, 300_000);
    assert_eq!(settings.policy.max_code_bytes, 1024 * 1024);
    assert_eq!(settings.policy.max_concurrent, 100);
    assert_eq!(settings.min_isolation, IsolationLevel::L1);
    assert!(settings.typescript_enabled);
    assert!(settings.audit.enabled);
    assert_eq!(settings.audit.path, fixture.path("home/.local/state/code-executor/audit.log"));
    assert_eq!(settings.limits.rules, []);
    assert!(settings.upstream.servers.is_empty());
    assert_eq!(settings.notices, []);
    assert_eq!(settings.sources, []);
}

#[test]
fn the_rooms_own_defaults_are_ours() {
    let settings = Fixture::new().settings();
    let tokens = settings.upstream.tokens.clone();
    let hub = upstream::Config { tokens, ..upstream::Config::default() };
    assert_eq!(format!("{:?}", settings.upstream), format!("{hub:?}"));
    assert_eq!(settings.policy, policy::Config::default());
    let path = settings.audit.path.clone();
    assert_eq!(settings.audit, audit::Config { path, ..audit::Config::default() });
    let sandbox = sandbox::Config::new("/worker".into());
    assert_eq!(settings.min_isolation, sandbox.min_isolation);
    assert_eq!(settings.sandbox.rotate_after, sandbox.rotate_after);
    assert_eq!(settings.sandbox.spares, sandbox.spares);
    assert_eq!(settings.sandbox.namespaces, sandbox.namespaces);
    assert_eq!(settings.sandbox.uid, sandbox.sandbox_uid);
}

#[test]
fn the_first_versions_sample_is_accepted_as_it_is() {
    let fixture = Fixture::new();
    fixture.write("home/.code-executor.json", SEED).write("home/.mcp.json", SERVERS);
    let settings = fixture.settings();
    assert_eq!(settings.limits.rules, [Rule::executions_of_a_client(30, 60_000)]);
    assert_eq!(settings.audit.path, fixture.path("home/audit.log"));
    assert_eq!(settings.upstream.servers.len(), 2);
    insta::assert_snapshot!(fixture.notices());
}

#[test]
fn the_search_stops_at_the_first_file() {
    let mut fixture = Fixture::new();
    fixture.write("home/.config/code-executor/config.json", r#"{"limits": {"maxConcurrent": 1}}"#);
    assert_eq!(fixture.settings().policy.max_concurrent, 1);
    fixture.write("home/.code-executor.json", r#"{"limits": {"maxConcurrent": 2}}"#);
    assert_eq!(fixture.settings().policy.max_concurrent, 2);
    fixture.write("named.json", r#"{"limits": {"maxConcurrent": 3}}"#);
    let named = fixture.path("named.json");
    fixture.set("CODE_EXECUTOR_CONFIG_PATH", named.to_str().unwrap());
    assert_eq!(fixture.settings().policy.max_concurrent, 3);
    fixture.write("work/flag.json", r#"{"limits": {"maxConcurrent": 4}}"#);
    fixture.config = Some("flag.json".into());
    let settings = fixture.settings();
    assert_eq!(settings.policy.max_concurrent, 4);
    assert_eq!(settings.sources[0].standing, Standing::Operator);
}

#[test]
fn xdg_config_home_is_respected() {
    let mut fixture = Fixture::new();
    let xdg = fixture.path("xdg");
    fixture.write("xdg/code-executor/config.json", r#"{"limits": {"maxConcurrent": 5}}"#);
    fixture.set("XDG_CONFIG_HOME", xdg.to_str().unwrap());
    assert_eq!(fixture.settings().policy.max_concurrent, 5);
}

#[test]
fn the_environment_goes_before_the_file_and_the_regular_name_before_the_old_one() {
    let mut fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"security": {"maxTimeoutMs": 1000, "defaultTimeoutMs": 10}}"#,
    );
    fixture.set("CODE_EXECUTOR_SECURITY_MAX_TIMEOUT_MS", "2000");
    fixture.set("ENABLE_AUDIT_LOG", "false");
    fixture.set("AUDIT_LOG_PATH", "/var/log/old.log");
    fixture.set("CODE_EXECUTOR_SECURITY_AUDIT_LOG_PATH", "/var/log/new.log");
    let settings = fixture.settings();
    assert_eq!(settings.policy.max_timeout_ms, 2000);
    assert!(!settings.audit.enabled);
    assert_eq!(settings.audit.path.to_str(), Some("/var/log/new.log"));
}

#[test]
fn values_are_read_from_the_environment_whatever_their_kind() {
    let mut fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{
          // comments and trailing commas are fine
          "security": {"enableAuditLog": "env:AUDIT", "auditLogPath": "env:LOG", "maxTimeoutMs": "env:MOST"},
        }"#,
    );
    fixture.set("AUDIT", "true").set("LOG", "logs/audit.log").set("MOST", "5000");
    let settings = fixture.settings();
    assert_eq!(settings.audit.path, fixture.path("home/logs/audit.log"));
    assert_eq!(settings.policy.max_timeout_ms, 5000);
    // The default nobody chose follows the maximum that somebody did.
    assert_eq!(settings.policy.default_timeout_ms, 5000);
}

#[test]
fn every_problem_is_named_with_its_place_and_a_way_out() {
    let mut fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{
  "security": {
    "defaultTimeoutMS": 5,
    "maxTimeoutMs": 99999999999,
    "minIsolation": "L5",
    "auditDurability": "sinced",
    "auditLogPath": "env:NOT_SET",
    "allowWrite": true,
    "rateLimit": []
  },
  "memoryBytes": 1,
  "limits": {"memoryBytes": "env:SECRET", "outputBytes": 1.5, "outputBytes": 7},
  "colour": "red"
}"#,
    );
    fixture.set("SECRET", "hunter2");
    fixture.set("CODE_EXECUTOR_LIMITS_MAX_CONCURRENT", "hunter3");
    let error = fixture.error();
    assert!(!error.contains("hunter"), "{error}");
    insta::assert_snapshot!(error);
}

#[test]
fn a_file_that_is_not_json_is_named_with_line_and_column() {
    let fixture = Fixture::new();
    let mut texts = Vec::new();
    let invalid = [
        "",
        "// only a comment",
        "{\n  \"security\": {\n",
        "{\"a\" 1}",
        "[]",
        "{\"version\": 2}",
        "{'a': 1}",
    ];
    for text in invalid {
        fixture.write("home/.code-executor.json", text);
        texts.push(format!("----- {text:?}\n{}", fixture.error()));
    }
    std::fs::write(fixture.path("home/.code-executor.json"), b"{\n\"a\xff\": 1}").unwrap();
    texts.push(format!("----- invalid UTF-8\n{}", fixture.error()));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_named_file_must_exist() {
    let mut fixture = Fixture::new();
    fixture.config = Some("absent.json".into());
    insta::assert_snapshot!(fixture.error(), @r"
    bad configuration, nothing was started

      [root]/work/absent.json
        there is no such file
        it was named on the command line, in the environment or in a configuration file
    ");
}

#[test]
fn a_default_above_the_maximum_is_refused_when_somebody_chose_it() {
    let fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"security": {"defaultTimeoutMs": 9, "maxTimeoutMs": 8}}"#,
    );
    insta::assert_snapshot!(fixture.error(), @r"
    bad configuration, nothing was started

      [root]/home/.code-executor.json:1:15
        `security.defaultTimeoutMs` is above `security.maxTimeoutMs`, 8
        lower the one or raise the other
    ");
}

#[test]
fn an_untrusted_workspace_only_narrows_and_is_told_how_to_do_more() {
    let fixture = Fixture::new();
    fixture.write("home/.code-executor.json", r#"{"limits": {"maxToolCalls": 50}}"#);
    fixture.write(
        "work/.code-executor.json",
        r#"{
          "security": {"maxTimeoutMs": 2000, "minIsolation": "L2", "enableAuditLog": false,
                       "auditLogPath": "/tmp/elsewhere.log", "allowRead": ["/"]},
          "executors": {"typescript": {"enabled": false}},
          "limits": {"maxToolCalls": 60, "maxConcurrent": 7},
          "mcpConfigPath": "./.mcp.json"
        }"#,
    );
    let settings = fixture.settings();
    assert_eq!(settings.policy.max_timeout_ms, 2000);
    assert_eq!(settings.policy.default_timeout_ms, 2000);
    assert_eq!(settings.policy.max_concurrent, 7);
    assert_eq!(settings.policy.max_tool_calls, 50);
    assert_eq!(settings.min_isolation, IsolationLevel::L2);
    assert!(!settings.typescript_enabled);
    assert!(settings.audit.enabled);
    assert_eq!(settings.audit.path, fixture.path("home/.local/state/code-executor/audit.log"));
    insta::assert_snapshot!(fixture.notices());
}

#[test]
fn an_untrusted_workspace_cannot_lower_isolation_or_switch_off_the_rate_limit() {
    let fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"security": {"minIsolation": "L2", "auditDurability": "synced", "dangerousPatterns": "block",
            "rateLimit": {"enabled": true, "maxRequests": 5, "windowMs": 1000}}}"#,
    );
    fixture.write(
        "work/.code-executor.json",
        r#"{"security": {"minIsolation": "L0", "auditDurability": "written", "dangerousPatterns": "warn",
            "rateLimit": {"enabled": false, "maxRequests": 9, "windowMs": 10}},
            "sandbox": {"namespaces": false, "uid": 1000}}"#,
    );
    let settings = fixture.settings();
    assert_eq!(settings.min_isolation, IsolationLevel::L2);
    assert_eq!(settings.audit.durability, audit::Durability::Synced);
    assert_eq!(settings.policy.dangerous_patterns, DangerousPatterns::Block);
    assert_eq!(settings.limits.rules, [Rule::executions_of_a_client(5, 1000)]);
    assert_eq!((settings.sandbox.namespaces, settings.sandbox.uid), (true, 65_533));
}

#[test]
fn limits_of_clients_are_the_operators_alone_and_wrong_ones_are_named() {
    let mut fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"limits": {"rules": ["client executions 3/1m"], "maxConcurrentPerClient": 5}}"#,
    );
    fixture.write(
        "work/.code-executor.json",
        r#"{"limits": {"rules": [], "maxConcurrentPerClient": 0, "redis": "redis://elsewhere/"}}"#,
    );
    let settings = fixture.settings();
    let rule = Rule::parse("client executions 3/1m").unwrap();
    assert_eq!(settings.limits.rules, [rule]);
    assert_eq!((settings.policy.max_concurrent_per_client, settings.limits.redis), (5, None));
    fixture.set("CODE_EXECUTOR_LIMITS_RULES", "all toolCalls 5/s,tenant runs 9/day");
    fixture.set("CODE_EXECUTOR_LIMITS_REDIS", "memcached://:hunter2@host");
    let error = fixture.error();
    assert!(error.contains("`tenant runs 9/day` is no limit: `runs` is nothing"), "{error}");
    assert!(error.contains("`limits.redis`: it is no URL of a Redis"), "{error}");
    assert!(!error.contains("hunter2") && !error.contains("toolCalls 5/s"), "{error}");
}

#[test]
fn an_untrusted_workspace_starts_nothing_and_shows_no_value() {
    let fixture = Fixture::new();
    fixture.write("work/.mcp.json", SERVERS);
    let settings = fixture.settings();
    assert!(settings.upstream.servers.is_empty());
    let notices = fixture.notices();
    assert!(!notices.contains("hunter2"));
    insta::assert_snapshot!(notices);
    fixture.write("work/.mcp.json", "{ broken");
    insta::assert_snapshot!(fixture.notices());
}

#[test]
fn trust_gives_a_workspace_its_say_until_a_byte_changes() {
    let fixture = Fixture::new();
    fixture.write("home/.code-executor.json", r#"{"limits": {"maxConcurrent": 2}}"#);
    fixture.write("work/.code-executor.json", SEED).write("work/.mcp.json", SERVERS);
    insta::assert_snapshot!(fixture.trust());
    let settings = fixture.settings();
    // First found wins: the file at home is not read at all.
    assert_eq!(settings.policy.max_concurrent, 100);
    assert_eq!(
        settings.audit.path,
        fixture.path("work/audit.log").canonicalize().unwrap_or(fixture.path("work/audit.log"))
    );
    assert_eq!(settings.upstream.servers.len(), 2);
    assert_eq!(settings.sources[0].standing, Standing::Trusted);

    // The servers change: they are no longer started, although the other file still names them.
    fixture.write("work/.mcp.json", &SERVERS.replace("notes-server", "other-server"));
    let settings = fixture.settings();
    assert!(settings.upstream.servers.is_empty());
    assert!(fixture.notices().contains("notes (other-server)"), "{}", fixture.notices());

    fixture.write("work/.code-executor.json", &SEED.replace("300000", "299999"));
    assert_eq!(fixture.settings().policy.max_concurrent, 2);
}

#[test]
fn a_home_directory_that_is_worked_in_is_the_operators() {
    let fixture = Fixture::new();
    fixture.write("home/.code-executor.json", r#"{"limits": {"maxToolCalls": 100000}}"#);
    let mut inputs = fixture.inputs();
    inputs.directory = fixture.path("home");
    let settings = super::load(&inputs).unwrap();
    assert_eq!(settings.policy.max_tool_calls, 100_000);
    assert_eq!(settings.notices, []);
}

#[test]
fn servers_named_by_the_operator_need_no_trust() {
    let mut fixture = Fixture::new();
    fixture.write("work/servers.json", SERVERS);
    fixture.set("MCP_CONFIG_PATH", "servers.json");
    let settings = fixture.settings();
    assert_eq!(settings.upstream.servers[0].name, "notes");
    assert_eq!(settings.upstream.servers[1].name, "linear");
    assert_eq!(settings.broken_servers, []);
    fixture.mcp_config = vec!["absent.json".into()];
    assert!(fixture.error().contains("work/absent.json\n    there is no such file"));
}

#[test]
fn a_copy_of_us_among_our_servers_starts_no_servers() {
    let mut fixture = Fixture::new();
    fixture.write("work/servers.json", SERVERS);
    fixture.set("MCP_CONFIG_PATH", "servers.json").set("CODE_EXECUTOR_UPSTREAM", "1");
    assert!(fixture.settings().upstream.servers.is_empty());
    assert!(fixture.notices().contains("started by a code-executor"));
}

#[test]
fn a_misspelt_variable_is_told() {
    let mut fixture = Fixture::new();
    fixture.set("CODE_EXECUTOR_LIMIT_MAX_CONCURRENT", "3");
    insta::assert_snapshot!(fixture.notices());
}

#[test]
fn what_is_not_a_plain_file_is_refused_without_waiting() {
    let fixture = Fixture::new();
    let fifo = fixture.path("work/.mcp.json");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    assert!(fixture.error().contains("this is not a plain file"));
}

#[test]
fn a_record_of_trust_that_others_may_write_is_not_relied_on() {
    let fixture = Fixture::new();
    fixture.write("work/.mcp.json", SERVERS);
    fixture.trust();
    let record = fixture.path("home/.local/state/code-executor/trust.json");
    assert_eq!(record.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&record, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert!(fixture.settings().upstream.servers.is_empty());
    assert!(fixture.notices().contains("others may write the record of trusted files"));
}

#[test]
fn the_examples_load() {
    let mut fixture = Fixture::new();
    fixture.config = Some(repository().join("examples/code-executor.json"));
    fixture.mcp_config = vec![repository().join("examples/mcp.json")];
    fixture.set("GITHUB_TOKEN", "hunter2");
    let settings = fixture.settings();
    assert!(settings.upstream.servers.iter().any(|server| server.name == "demo"));
    assert_eq!(settings.broken_servers, []);
    assert!(settings.upstream.start_timeout > Duration::ZERO);
    insta::assert_snapshot!(fixture.notices());
}
