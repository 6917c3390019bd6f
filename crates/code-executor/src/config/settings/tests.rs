//! What is said of Python reaches the rooms that run it, and nobody but the operator chooses what
//! is run.

use std::time::Duration;

use crate::config::fixture::Fixture;

#[test]
fn python_is_on_and_packages_are_off_unless_something_is_said() {
    let fixture = Fixture::new();
    let python = fixture.settings().python;
    assert!(python.enabled && python.interpreter.is_none() && python.venv.is_none());
    let sandbox = sandbox::PythonOptions::default();
    assert_eq!(python.preload, sandbox.preload);
    assert_eq!(python.max_environments, sandbox.max_environments);
    assert_eq!(python.scratch_bytes, sandbox.scratch_bytes);
    assert_eq!(python.scratch_inodes, sandbox.scratch_inodes);
    let place = fixture.path("home/.cache/code-executor/packages");
    let packages = packages::Config {
        environment: python.packages.environment.clone(),
        ..packages::Config::new(place)
    };
    assert_eq!(python.packages, packages);
}

#[test]
fn everything_about_python_can_be_set() {
    let mut fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"executors": {"python": {
            "pythonPath": "python3.12",
            "venv": "venvs/tools",
            "preload": ["numpy", "xml.dom"],
            "maxEnvironments": 2,
            "scratchBytes": 1048576,
            "dependencies": {
                "mode": "allowlist",
                "allow": ["six", "attrs"],
                "uv": "/opt/uv",
                "cache": "~/packages",
                "bytecode": "never",
                "installTimeoutMs": 5000
            }
        }}}"#,
    );
    let python = fixture.settings().python;
    assert_eq!(python.interpreter.as_deref(), Some("python3.12".as_ref()));
    assert_eq!(python.venv, Some(fixture.path("home/venvs/tools")));
    assert_eq!(python.preload, ["numpy", "xml.dom"]);
    assert_eq!((python.max_environments, python.scratch_bytes), (2, 1 << 20));
    let allowed = vec!["six".to_owned(), "attrs".to_owned()];
    assert_eq!(python.packages.mode, packages::Mode::Allowlist(allowed));
    assert_eq!(python.packages.uv.as_deref(), Some("/opt/uv".as_ref()));
    assert_eq!(python.packages.cache, fixture.path("home/packages"));
    assert_eq!(python.packages.bytecode, packages::Bytecode::Never);
    assert_eq!(python.packages.install_timeout, Duration::from_secs(5));

    fixture.set("PYTHON_PATH", "/opt/old").set("CODE_EXECUTOR_EXECUTORS_PYTHON_PRELOAD", "json,re");
    let python = fixture.settings().python;
    assert_eq!(python.interpreter.as_deref(), Some("/opt/old".as_ref()));
    assert_eq!(python.preload, ["json", "re"]);
}

#[test]
fn a_workspace_may_switch_python_off_and_do_nothing_else_with_it() {
    let fixture = Fixture::new();
    fixture.write(
        "home/.code-executor.json",
        r#"{"executors": {"python": {"preload": ["json"], "dependencies": {"mode": "allowlist", "allow": ["six"]}}}}"#,
    );
    fixture.write(
        "work/.code-executor.json",
        r#"{"executors": {"python": {
            "pythonPath": "./evil",
            "venv": "./evil",
            "preload": ["evil"],
            "maxEnvironments": 64,
            "dependencies": {"mode": "any", "allow": ["evil"], "uv": "./evil", "cache": "./evil"}
        }}}"#,
    );
    let settings = fixture.settings();
    let python = settings.python;
    assert!(python.enabled && python.interpreter.is_none() && python.venv.is_none());
    assert_eq!(python.preload, ["json"]);
    assert_eq!(python.max_environments, 4);
    assert_eq!(python.packages.mode, packages::Mode::Allowlist(vec!["six".to_owned()]));
    assert!(python.packages.uv.is_none());
    let told = fixture.notices();
    for key in ["pythonPath", "venv", "preload", "maxEnvironments", "dependencies.mode", "uv"] {
        assert!(told.contains(&format!("executors.python.{key}")) || told.contains(key), "{told}");
    }
    fixture.write("work/.code-executor.json", r#"{"executors": {"python": {"enabled": false}}}"#);
    assert!(!fixture.settings().python.enabled);
}

#[test]
fn what_cannot_be_a_module_or_a_package_is_said() {
    let fixture = Fixture::new();
    let wrong = |settings: &str| {
        let text = format!(r#"{{"executors": {{"python": {settings}}}}}"#);
        fixture.write("home/.code-executor.json", &text);
        fixture.error()
    };
    let error = wrong(r#"{"preload": ["json", "os; import evil"]}"#);
    assert!(error.contains("`os; import evil`, which cannot be a module"), "{error}");
    let error = wrong(r#"{"dependencies": {"mode": "allowlist", "allow": ["six==1"]}}"#);
    assert!(error.contains("executors.python.dependencies.allow"), "{error}");
    let error = wrong(r#"{"dependencies": {"mode": "some"}}"#);
    assert!(error.contains("any, allowlist, off"), "{error}");
    let error = wrong(r#"{"dependancies": {}}"#);
    assert!(error.contains("did you mean `dependencies`?"), "{error}");
}

#[test]
fn a_workspace_file_may_pin_tools_and_may_not_unpin_them() {
    for (operator, workspace, pinned) in
        [("true", "false", true), ("false", "true", true), ("false", "false", false)]
    {
        let mut fixture = Fixture::new();
        fixture.set("CODE_EXECUTOR_SECURITY_PIN_TOOLS", operator);
        let file = format!(r#"{{"version": 1, "security": {{"pinTools": {workspace}}}}}"#);
        fixture.write("work/.code-executor.json", &file);
        let kept = fixture.settings().kept;
        assert_eq!(kept.pin_tools, pinned, "{operator} {workspace}");
        assert!(kept.catalog.unwrap().ends_with(".cache/code-executor/catalog"));
        assert!(kept.approvals.unwrap().ends_with(".local/state/code-executor/approvals"));
    }
}

#[test]
fn the_catalog_is_not_kept_where_that_is_switched_off() {
    let mut fixture = Fixture::new();
    fixture.set("CODE_EXECUTOR_UPSTREAMS_CACHE_CATALOG", "false");
    assert_eq!(fixture.settings().kept.catalog, None);
}
