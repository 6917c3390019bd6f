//! Several files with servers: those that are named, and those of other clients.

use crate::config::fixture::Fixture;

const ONE: &str = r#"{"mcpServers": {"notes": {"command": "first"}, "off": {"command": "x", "codeExecutor": false}}}"#;
const TWO: &str = r#"{"servers": {
  "notes": {"url": "https://example.com/mcp?key=hunter2"},
  "off": {"command": "y"},
  "time": {"command": "clock"}
}}"#;

/// The servers' names, in order.
fn names(fixture: &Fixture) -> String {
    let servers = fixture.settings().upstream.servers;
    servers.into_iter().map(|server| server.name).collect::<Vec<_>>().join(" ")
}

/// A home in which other clients have servers.
fn home(fixture: &Fixture) {
    let project = fixture.path("work").canonicalize().unwrap();
    fixture
        .write(
            "home/.claude.json",
            &format!(
                r#"{{"numStartups": 1, "mcpServers": {{"a": {{"command": "everywhere"}}}},
                    "projects": {{{project:?}: {{"mcpServers": {{"b": {{"command": "here"}}}}}}}}}}"#
            ),
        )
        .write("home/.cursor/mcp.json", r#"{"mcpServers": {"c": {"url": "https://c.example.com"}}}"#)
        .write("home/.config/Code/User/mcp.json", r#"{"servers": {"d": {"command": "d"}}}"#)
        .write("home/.codex/config.toml", "[mcp_servers.e]\ncommand = \"e\"\n")
        .write("work/.mcp.json", r#"{"mcpServers": {"f": {"command": "f"}}}"#)
        .write("work/.cursor/mcp.json", r#"{"mcpServers": {"g": {"command": "${workspaceFolder}/g"}}}"#)
        .write(
            "work/.vscode/mcp.json",
            r#"{"servers": {"h": {"url": "https://h.example.com/x?y=hunter2", "headers": {"K": "hunter2"}}}}"#,
        );
}

#[test]
fn the_first_definition_of_a_name_counts() {
    let mut fixture = Fixture::new();
    fixture.write("work/one.json", ONE).write("work/two.json", TWO);
    fixture.mcp_config = vec!["one.json".into(), "two.json".into()];
    assert_eq!(names(&fixture), "notes time");
    let notices = fixture.notices();
    assert!(!notices.contains("hunter2"));
    insta::assert_snapshot!(notices);
    let defined = fixture.settings().defined;
    let places: Vec<_> = defined.iter().map(|it| fixture.plain(&it.place.to_string())).collect();
    assert_eq!(places, ["[root]/work/one.json:1:17", "[root]/work/two.json:4:3"]);
}

#[test]
fn a_configuration_names_one_file_or_several() {
    let mut fixture = Fixture::new();
    fixture.write("home/one.json", ONE).write("home/two.json", TWO);
    fixture.write("home/.code-executor.json", r#"{"mcpConfigPath": "two.json"}"#);
    assert_eq!(names(&fixture), "notes off time");
    fixture.write("home/.code-executor.json", r#"{"mcpConfigPath": ["two.json", "~/one.json"]}"#);
    assert_eq!(names(&fixture), "notes off time");
    assert!(matches!(fixture.settings().upstream.servers[0].reached, upstream::Reached::Http(_)));
    fixture.set("CODE_EXECUTOR_MCP_CONFIG_PATH", "../home/one.json:../home/two.json");
    assert_eq!(names(&fixture), "notes time");
    fixture.write("home/.code-executor.json", r#"{"mcpConfigPath": [7]}"#);
    assert!(fixture.error().contains("an entry of `mcpConfigPath` is 7; it must be a string"));
}

#[test]
fn what_is_wrong_in_one_of_several_files_has_its_place() {
    let mut fixture = Fixture::new();
    fixture.write("work/one.json", ONE).write("work/two.json", "{\n  \"servers\": []\n}");
    fixture.mcp_config = vec!["one.json".into(), "two.json".into(), "three.json".into()];
    insta::assert_snapshot!(fixture.error());
}

#[test]
fn other_clients_files_are_read_only_where_that_is_asked_for() {
    let mut fixture = Fixture::new();
    home(&fixture);
    assert_eq!(names(&fixture), "");
    fixture.discover = true;
    assert_eq!(names(&fixture), "b a c e d");
    fixture.discover = false;
    fixture.write("home/.code-executor.json", r#"{"mcpDiscovery": true}"#);
    assert_eq!(names(&fixture), "b a c e d");
    // A workspace may want less, and no more.
    fixture.write("work/.code-executor.json", r#"{"mcpDiscovery": false}"#);
    assert_eq!(names(&fixture), "");
    fixture.write("home/.code-executor.json", "{}");
    fixture.write("work/.code-executor.json", r#"{"mcpDiscovery": true}"#);
    assert_eq!(names(&fixture), "");
    assert!(fixture.notices().contains("can only narrow: mcpDiscovery ignored"));
}

#[test]
fn a_projects_files_count_once_they_are_trusted() {
    let mut fixture = Fixture::new();
    home(&fixture);
    fixture.discover = true;
    let notices = fixture.notices();
    assert!(!notices.contains("hunter2"));
    insta::assert_snapshot!("untrusted", notices);
    insta::assert_snapshot!("trusted", fixture.trust());
    assert_eq!(names(&fixture), "f g h b a c e d");
    let settings = fixture.settings();
    let upstream::Reached::Program(program) = &settings.upstream.servers[1].reached else {
        panic!("{settings:?}")
    };
    let project = fixture.path("work").canonicalize().unwrap();
    assert_eq!(program.command, project.join("g").to_str().unwrap());

    // One byte, and nothing of that file is started or reached.
    fixture
        .write("work/.vscode/mcp.json", r#"{"servers": {"h": {"url": "https://i.example.com/"}}}"#);
    assert_eq!(names(&fixture), "f g b a c e d");
    fixture.discover = false;
    assert_eq!(names(&fixture), "f");
    let arguments = crate::cli::TrustArguments { list: false, revoke: true };
    crate::cli::trust::run(arguments, &fixture.inputs()).unwrap();
    fixture.discover = true;
    assert_eq!(names(&fixture), "b a c e d");
}

#[test]
fn without_discovery_only_our_own_file_is_trusted() {
    let mut fixture = Fixture::new();
    home(&fixture);
    let told = fixture.trust();
    assert!(told.contains(".mcp.json") && !told.contains(".vscode"), "{told}");
    fixture.discover = true;
    assert_eq!(names(&fixture), "f b a c e d");
}

#[test]
fn a_broken_file_of_another_client_costs_nobody_a_start() {
    let mut fixture = Fixture::new();
    fixture
        .write("home/.claude.json", "{ broken")
        .write("home/.cursor/mcp.json", r#"{"mcpServers": {"c": {"args": "hunter2"}}}"#)
        .write("home/.codex/config.toml", "[mcp_servers.e]\ncommand = \"e\"\n");
    std::fs::create_dir_all(fixture.path("home/.config/Code/User/mcp.json")).unwrap();
    fixture.discover = true;
    assert_eq!(names(&fixture), "e");
    insta::assert_snapshot!(fixture.notices());
}

#[test]
fn whoever_works_at_home_finds_their_own_files_there() {
    let mut fixture = Fixture::new();
    fixture.write("home/.cursor/mcp.json", r#"{"mcpServers": {"c": {"command": "./c"}}}"#);
    fixture.discover = true;
    let mut inputs = fixture.inputs();
    inputs.directory = fixture.path("home");
    let settings = crate::config::load(&inputs).unwrap();
    assert_eq!(settings.upstream.servers.len(), 1);
    assert_eq!(settings.notices, []);
}

#[test]
fn a_large_file_of_another_client_is_read_quickly() {
    let mut fixture = Fixture::new();
    let history = (0..60_000).map(|n| format!(r#"{{"display": "prompt {n}"}}"#));
    let history = history.collect::<Vec<_>>().join(",");
    fixture.write(
        "home/.claude.json",
        &format!(r#"{{"history": [{history}], "mcpServers": {{"a": {{"command": "x"}}}}}}"#),
    );
    fixture.discover = true;
    assert_eq!(names(&fixture), "a");
    assert!(fixture.settings().defined[0].place.column > 1_000_000);
}
