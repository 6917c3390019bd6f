//! The reader of declarations against what programs write.

use proptest::prelude::*;

use super::{Declaration, MAX_BLOCK_BYTES, MAX_DEPENDENCIES, declared};
use crate::{Error, InterpreterInfo, Requirement};

fn block(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("# {line}\n")).collect();
    format!("\"\"\"A program.\"\"\"\n# /// script\n{lines}# ///\nimport os\n")
}

fn read(lines: &[&str]) -> Declaration {
    declared(&block(lines)).expect("valid").expect("a block")
}

fn refused(source: &str) -> String {
    match declared(source) {
        Err(error @ Error::Declaration { .. }) => error.to_string(),
        other => panic!("taken: {other:?}"),
    }
}

fn refused_dependency(text: &str) -> String {
    refused(&block(&[&format!("dependencies = [{text:?}]")]))
}

fn shown(declaration: &Declaration) -> Vec<String> {
    declaration.dependencies().iter().map(ToString::to_string).collect()
}

#[test]
fn names_versions_extras_and_markers_are_normalised() {
    let declaration = read(&[
        "requires-python = '>=3.9'",
        "dependencies = [",
        "  'Requests[Socks, security] >= 2.31, <3 ; python_version < \"3.13\"',",
        "  \"zope.interface (==7.*)\", # with a comment",
        "  'ruamel_yaml',",
        "  'RUAMEL-YAML',",
        "]",
    ]);
    assert_eq!(
        shown(&declaration),
        [
            "requests[security,socks]>=2.31,<3 ; python_version < \"3.13\"",
            "ruamel-yaml",
            "zope-interface==7.*",
        ]
    );
}

#[test]
fn a_program_without_a_block_declares_nothing() {
    for source in [
        "",
        "print(1)\n",
        "# /// pyproject\n# dependencies = ['a']\n# ///\n",
        "x = '''\n  # /// script\n'''\n",
        "#/// script\n# dependencies = ['a']\n# ///\n",
        "# /// script extra\n# ///\n",
    ] {
        assert_eq!(declared(source).expect("valid"), None, "{source:?}");
    }
}

#[test]
fn a_block_is_found_wherever_it_stands() {
    let source = "\u{feff}# /// script\r\n# dependencies = [\r\n#   'a',\r\n#\r\n# ]\r\n# ///\r\n";
    assert_eq!(shown(&declared(source).expect("valid").expect("a block")), ["a"]);
    // The last closing line of the comment counts.
    let source = "# /// script\n# dependencies = ['''\n# ///\n# '''.strip()]\n# ///";
    assert!(refused(source).contains("TOML"));
    let other = "# /// other\n# /// script\n# ///\n\n# /// script\n# dependencies=['a']\n# ///\n";
    assert_eq!(shown(&declared(other).expect("valid").expect("a block")), ["a"]);
}

#[test]
fn a_block_that_is_not_one_is_told() {
    insta::assert_snapshot!(
        refused("\n# /// script\n# dependencies = []\nprint(1)\n"),
        @"the script block at line 2: does not end; close it with `# ///`"
    );
    let twice = format!("{}{}", block(&[]), block(&[]));
    insta::assert_snapshot!(
        refused(&twice),
        @"the script block at line 6: is a second one; line 2 has the first: keep one of them"
    );
    insta::assert_snapshot!(
        refused(&block(&["dependencies = ["])),
        @"the script block at line 3: is not valid TOML: unclosed array, expected `]`"
    );
    insta::assert_snapshot!(
        refused(&block(&["dependencies = 'requests'"])),
        @"the script block at line 2: dependencies must be a list of strings"
    );
    insta::assert_snapshot!(
        refused(&block(&["requires-python = 'three'"])),
        @r#"the script block at line 2: requires-python `three` is not a version specifier; write one such as ">=3.11""#
    );
}

#[test]
fn whatever_else_a_block_says_is_refused_by_name() {
    let of = |lines: &[&str]| refused(&block(lines));
    let index = of(&["dependencies = []", "[[tool.uv.index]]", "url = 'https://evil.example/'"]);
    insta::assert_snapshot!(
        index,
        @"the script block at line 2: `tool.uv` is not accepted; only dependencies and requires-python are, and where packages come from is the operator's to say"
    );
    assert!(!index.contains("evil"), "an address may hold a credential");
    assert!(of(&["index-url = 'x'"]).contains("`index-url`"));
    let key = of(&[r#""a\nb" = 1"#]);
    assert!(key.contains(r"`a\nb`"), "{key}");
}

#[test]
fn places_paths_and_options_are_no_dependencies() {
    for text in [
        "evil @ https://example.com/evil.whl",
        "evil@git+ssh://git@example.com/evil",
        "git+https://example.com/evil.git",
        "https://example.com/evil.whl",
        "file:///etc/passwd",
        "./evil",
        "../evil",
        "/tmp/evil.whl",
        "~/evil",
        "evil.tar.gz/../../x",
        "-r /etc/passwd",
        "--index-url=https://evil.example",
        "--extra-index-url https://evil.example",
        "-e .",
        "C:\\evil",
    ] {
        let message = refused_dependency(text);
        assert!(message.contains("names a place"), "{text}: {message}");
    }
}

#[test]
fn what_cannot_be_understood_is_refused() {
    for text in [
        "",
        " ",
        "_a",
        "a_",
        "requests\n--index-url x",
        "requests\\\n--hash",
        "a b",
        "a==",
        "a>=1,,<2 # x",
        "a>=1 --hash=sha256:00",
        "a[",
        "a[b",
        "a[b/c]",
        "a ; ",
        "a ; python_version < '3' # x",
        "a ; os_name == 'x' ; b",
        "a ; x == '\\x41'",
        "a==1.0$(id)",
        "ａ",
        "a\u{202e}b",
        "requests\u{0}",
        &"a".repeat(129),
        &format!("a ; {}x{}", "(".repeat(17), ")".repeat(17)),
        &format!("a>={}", "1.".repeat(600)),
    ] {
        let message = refused_dependency(text);
        assert!(message.chars().count() < 400, "{message}");
        assert!(!message.chars().any(char::is_control), "{message:?}");
    }
}

#[test]
fn sizes_are_bounded() {
    let many: Vec<String> = (0..=MAX_DEPENDENCIES).map(|at| format!("'p{at}'")).collect();
    let message = refused(&block(&[&format!("dependencies = [{}]", many.join(","))]));
    assert!(message.contains("declares 101 dependencies, the limit is 100"), "{message}");

    let long = format!("# {}", "x".repeat(MAX_BLOCK_BYTES));
    let message = refused(&format!("# /// script\n{long}\n# ///\n"));
    assert!(message.contains("the limit is 65536; shorten it"), "{message}");
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for deep in ["[".repeat(30_000), "a={".repeat(15_000), "a.".repeat(30_000)] {
        refused(&block(&[&format!("dependencies = {deep}")]));
        refused(&block(&[&deep]));
    }
}

#[test]
fn the_interpreter_is_held_against_what_is_required() {
    let python = |version| InterpreterInfo {
        executable: "/usr/bin/python3".into(),
        version,
        abi_tag: String::new(),
        platform_tag: String::new(),
        prefix: "/usr".into(),
    };
    for (specifier, fits) in [
        (">=3.11", true),
        (">=3.11.7,<3.12", true),
        ("==3.11.*", true),
        ("~=3.10", true),
        ("!=3.11.7", false),
        (">3.11.7", false),
        ("<3.11", false),
        ("==3.11", false),
    ] {
        let declaration = read(&[&format!("requires-python = '{specifier}'")]);
        let checked = declaration.check_python(&python((3, 11, 7)));
        assert_eq!(checked.is_ok(), fits, "{specifier}");
    }
    let declaration = read(&["requires-python = '>=3.12'"]);
    let error = declaration.check_python(&python((3, 11, 7))).expect_err("too old");
    assert_eq!(
        error.to_string(),
        "the program requires Python >=3.12, this one is 3.11.7; change requires-python or set \
         executors.python.pythonPath"
    );
}

proptest! {
    #[test]
    fn no_text_is_a_crash(text in "\\PC{0,200}", lines in "(# \\PC{0,40}\n){0,8}") {
        let _ = declared(&text);
        let _ = declared(&format!("# /// script\n{lines}# ///\n"));
        let _ = Requirement::parse(&text);
    }

    #[test]
    fn what_is_taken_is_one_plain_line(text in "[a-z@:/;#'\"=<>~!.,\\[\\]() \\\\\n\t-]{1,40}") {
        if let Ok(requirement) = Requirement::parse(&text) {
            let line = requirement.to_string();
            prop_assert!(!line.contains(['@', '\n', '\r', '\\', '#', '/', ':']), "{}", line);
            prop_assert!(line.starts_with(|first: char| first.is_ascii_alphanumeric()));
            prop_assert_eq!(Requirement::parse(&line).expect("it was written by us"), requirement);
        }
    }
}
