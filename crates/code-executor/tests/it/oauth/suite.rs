//! The official conformance suite's scenarios of authorization. What is not passed, and why, is in
//! `docs/oauth.md`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testkit::{Fixtures, run};

use crate::support::BINARY;

/// Logins by people, as each revision of MCP wants them, and of the extensions our own credentials.
const PASSED: &str = "\
auth/2025-03-26-oauth-endpoint-fallback
auth/2025-03-26-oauth-metadata-backcompat
auth/authorization-server-migration
auth/basic-cimd
auth/client-credentials-basic
auth/iss-normalized
auth/iss-not-advertised
auth/iss-supported
auth/iss-supported-missing
auth/iss-unexpected
auth/iss-wrong-issuer
auth/metadata-default
auth/metadata-issuer-mismatch
auth/metadata-var1
auth/metadata-var2
auth/metadata-var3
auth/offline-access-not-supported
auth/offline-access-scope
auth/pre-registration
auth/resource-mismatch
auth/scope-from-scopes-supported
auth/scope-from-www-authenticate
auth/scope-omitted-when-undefined
auth/scope-retry-limit
auth/scope-step-up
auth/token-endpoint-auth-basic
auth/token-endpoint-auth-none
auth/token-endpoint-auth-post
";

#[test]
fn the_official_suite_passes_every_login_and_our_own_credentials() {
    let mut passed = String::new();
    for suite in ["auth", "draft", "backcompat", "extensions"] {
        passed.push_str(&of_suite(suite));
    }
    let mut lines: Vec<_> = passed.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.join("\n") + "\n", PASSED);
}

/// The scenarios of authorization that a suite found nothing wrong with.
fn of_suite(name: &str) -> String {
    let fixtures = Fixtures::locate();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/conformance/client.mjs");
    let mut suite = Command::new(fixtures.node());
    suite.arg(fixtures.conformance()).args(["client", "--suite", name, "--timeout", "90000"]);
    if name == "auth" {
        suite.args(["--spec-version", "2026-07-28"]);
    }
    suite.arg("--command").arg(format!("{} {}", fixtures.node().display(), client.display()));
    suite.env("CODE_EXECUTOR_BINARY", BINARY);
    let finished = run(suite, Duration::from_secs(180));
    let printed = finished.stdout + finished.stderr.as_str();
    let scenarios = printed.lines().filter_map(|line| line.trim().strip_prefix("✓ auth/"));
    let names = scenarios.filter_map(|line| line.split_once(": "));
    let names: String = names.map(|(name, _)| format!("auth/{name}\n")).collect();
    if name != "extensions" && printed.lines().any(|line| line.trim().starts_with("✗ auth/")) {
        // For whoever looks at a score that changed.
        eprintln!("{printed}");
    }
    names
}
