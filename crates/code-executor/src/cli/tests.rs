//! What may be typed, what `--help` says, and the commands that live here.

use clap::{CommandFactory, Parser};

use types::{Detail, ErrorCode, Refusal};

use crate::cli::{Arguments, Command, Exit, ServeArguments, ToolsCommand, TrustArguments, trust};
use crate::config::fixture::Fixture;

fn parsed(line: &str) -> Arguments {
    try_parsed(line).unwrap_or_else(|error| panic!("{error}"))
}

fn try_parsed(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split_whitespace())
}

#[test]
fn the_definitions_are_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn without_a_command_it_serves() {
    assert_eq!(parsed("code-executor").command, None);
    assert_eq!(
        parsed("code-executor serve").command,
        Some(Command::Serve(ServeArguments { http: None }))
    );
}

#[test]
fn exec_takes_tools_and_a_time() {
    let line =
        "code-executor exec - --allow mcp__a__*,mcp__b__c --allow mcp__d__e --timeout 1.5s --json";
    let Some(Command::Exec(exec)) = parsed(line).command else { panic!() };
    assert_eq!(exec.allow, ["mcp__a__*", "mcp__b__c", "mcp__d__e"]);
    assert_eq!(exec.timeout, Some(1500));
    assert!(exec.json);
    assert_eq!(exec.file.to_str(), Some("-"));
}

#[test]
fn a_file_may_follow_the_tools() {
    let Some(Command::Exec(exec)) = parsed("code-executor exec --allow x tour.ts").command else {
        panic!()
    };
    assert_eq!((exec.file.to_str(), exec.allow), (Some("tour.ts"), vec!["x".to_owned()]));
}

#[test]
fn times_are_read_as_people_write_them() {
    for (text, expected) in [("500", 500), ("500ms", 500), ("5s", 5000), ("2m", 120_000)] {
        let line = format!("code-executor exec a.ts --timeout {text}");
        let Some(Command::Exec(exec)) = parsed(&line).command else { panic!() };
        assert_eq!(exec.timeout, Some(expected), "{text}");
    }
    for text in ["0", "s", "5h", "1e9", "99999999999999m", "1.2.3s", "inf"] {
        let error = try_parsed(&format!("code-executor exec a.ts --timeout {text}")).unwrap_err();
        assert_eq!(error.exit_code(), i32::from(Exit::Usage.code()), "{text}");
    }
}

#[test]
fn tools_lists_and_searches_with_the_same_options() {
    let Some(Command::Tools(tools)) = parsed("code-executor tools --server demo").command else {
        panic!()
    };
    assert_eq!((tools.command, tools.detail, tools.limit), (None, Detail::Description, None));
    let line = "code-executor tools search read a file --limit 3 --detail full";
    let Some(Command::Tools(tools)) = parsed(line).command else { panic!() };
    let Some(ToolsCommand::Search(search)) = tools.command else { panic!() };
    assert_eq!(search.query, ["read", "a", "file"]);
    assert_eq!((tools.limit, tools.detail), (Some(3), Detail::Full));
}

#[test]
fn the_configuration_may_be_named_before_and_after_the_command() {
    for line in ["code-executor --config c.json serve", "code-executor serve --config c.json"] {
        assert_eq!(parsed(line).config.unwrap().to_str(), Some("c.json"));
    }
}

#[test]
fn help_reads_well() {
    let help = |line: &str| {
        let command = Arguments::command().term_width(100);
        command.try_get_matches_from(line.split_whitespace()).unwrap_err().to_string()
    };
    insta::assert_snapshot!("help", help("code-executor --help"));
    for name in ["exec", "tools", "trust", "upstreams"] {
        let line = format!("code-executor {name} --help");
        insta::assert_snapshot!(format!("help_{name}"), help(&line));
    }
}

#[test]
fn refusals_have_exit_codes() {
    let exit = |code| Exit::of_refusal(&Refusal::new(code, "")).code();
    assert_eq!(exit(ErrorCode::InvalidRequest), 2);
    assert_eq!(exit(ErrorCode::Busy), 69);
    assert_eq!(exit(ErrorCode::IsolationUnavailable), 69);
    assert_eq!(exit(ErrorCode::AuditUnavailable), 69);
    assert_eq!(exit(ErrorCode::Internal), 70);
    assert_eq!(exit(ErrorCode::Cancelled), 130);
}

#[test]
fn trust_lists_and_revokes() {
    let fixture = Fixture::new();
    let run = |arguments| {
        let (rendered, exit) = trust::run(arguments, &fixture.inputs()).unwrap();
        (fixture.plain(&format!("{}{}", rendered.out, rendered.err)), exit)
    };
    let act = TrustArguments { list: false, revoke: false };
    let list = TrustArguments { list: true, revoke: false };
    let revoke = TrustArguments { list: false, revoke: true };

    let nothing = "nothing to trust: [root]/work has no .code-executor.json and no .mcp.json\n";
    assert_eq!(run(act), (nothing.to_owned(), Exit::Usage));
    assert_eq!(run(list).0, "no file is trusted\n");
    fixture.write(
        "work/.mcp.json",
        r#"{"mcpServers": {"a": {"command": "x", "args": ["${KEY}", "\u001b[2J"]}}}"#,
    );
    assert_eq!(
        run(act).0,
        "trusted [root]/work/.mcp.json\n  \
         sha256 edc063a6a131ee72984488139abc40ce502ac0bc2cec6119dbe32df2d68ff9d1\n  \
         may start or reach 1 of 1 servers\n    a: x ${KEY} ␛[2J\n\n\
         A file that changes has to be trusted again.\n",
    );
    assert!(run(list).0.starts_with("[root]/work/.mcp.json\n  sha256 "));
    assert_eq!(run(revoke).0, "no longer trusted: [root]/work/.mcp.json\n");
    assert_eq!(run(revoke).0, "nothing in [root]/work is trusted\n");
    assert!(fixture.settings().upstream.servers.is_empty());
}

#[test]
fn a_malformed_file_is_not_trusted() {
    let fixture = Fixture::new();
    fixture.write("work/.code-executor.json", "{}").write("work/.mcp.json", r#"{"mcpServers": 1}"#);
    let act = TrustArguments { list: false, revoke: false };
    let error = trust::run(act, &fixture.inputs()).unwrap_err().to_string();
    assert!(error.contains(".mcp.json:1:16"), "{error}");
    let list = TrustArguments { list: true, revoke: false };
    assert_eq!(trust::run(list, &fixture.inputs()).unwrap().0.out, "no file is trusted\n");
}
