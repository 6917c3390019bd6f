//! The web platform in TypeScript programs. What Node has too does the same there: the programs in
//! `web_platform/*.mjs` are run here and by the real Node, and have to print the same. What the
//! standards' own tests say is in the tables of the crates that we build on.
//!
//! What differs on purpose: windows-1252 is decoded as the standard says, where Node takes it for
//! latin1, and the order of properties in `Object.keys` of the classes.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fixtures, run};

use crate::support::{error_of, output_of, server, workspace};

#[track_caller]
fn prints_what_node_prints(code: &str) {
    let workspace = workspace();
    let script = workspace.write("program.mjs", code);
    let mut node = Command::new(Fixtures::locate().node());
    node.arg(script).env("NO_COLOR", "1");
    let theirs = run(node, DEFAULT_WAIT).expect_success().stdout;
    let outcome = workspace.serve().execute(json!({ "code": code, "timeoutMs": 20_000 }));
    let ours = output_of(&outcome);
    assert!(theirs.lines().count() > 10, "{theirs}");
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{ours}\n{theirs}");
}

#[test]
fn urls_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/url.mjs"));
}

#[test]
fn events_and_signals_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/events.mjs"));
}

#[test]
fn texts_are_encoded_and_decoded_as_in_node() {
    prints_what_node_prints(include_str!("web_platform/encoding.mjs"));
}

#[test]
fn streams_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/streams.mjs"));
}

#[test]
fn streams_in_their_corners_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/streams_corners.mjs"));
}

#[test]
fn bodies_and_forms_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/bodies.mjs"));
}

#[test]
fn values_are_cloned_as_in_node() {
    prints_what_node_prints(include_str!("web_platform/clone.mjs"));
}

#[test]
fn marks_and_channels_are_those_of_node() {
    prints_what_node_prints(include_str!("web_platform/runtime.mjs"));
}

#[test]
fn what_nobody_catches_ends_the_program() {
    let (_workspace, mut server) = server();
    for code in [
        "reportError(new RangeError('told')); console.log('goes on')",
        "const t = new EventTarget(); t.addEventListener('x', () => { throw new RangeError('told'); });
         t.dispatchEvent(new Event('x')); console.log('goes on')",
        "new ReadableStream({ pull() { throw new RangeError('told'); } })
           .pipeTo(new WritableStream()); console.log('goes on')",
    ] {
        let outcome = server.run(code);
        let error = error_of(&outcome);
        assert_eq!((error.kind.as_str(), error.message.as_str()), ("RangeError", "told"), "{code}");
        assert_eq!(outcome.output, "goes on\n", "{code}");
    }
}

#[test]
fn what_is_not_there_says_what_to_do() {
    let (_workspace, mut server) = server();
    for (code, advice) in [
        ("new Worker('x.js')", "Promise.all"),
        ("new WebSocket('ws://example.com')", "use fetch"),
        ("await WebAssembly.compile(new Uint8Array())", "JavaScript"),
        ("localStorage.setItem('a', 'b')", "a Map"),
        ("URL.createObjectURL(new Blob([]))", "pass the Blob itself on"),
        (
            "const s = new ReadableStream(); structuredClone(s, { transfer: [s] })",
            "pass the stream",
        ),
        ("new Response({ a: 1 })", "JSON.stringify"),
    ] {
        let outcome = server.run(code);
        let message = &error_of(&outcome).message;
        assert!(message.contains(advice), "{code}: {message}");
    }
}

#[test]
fn what_a_program_overwrites_is_its_own() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "globalThis.URL = class { constructor() { this.mine = true; } };
         globalThis.Headers = globalThis.ReadableStream = globalThis.AbortSignal = undefined;
         Object.prototype.signal = 'polluted';
         console.log(new URL('x').mine, await new Response('whole').text());
         try { await fetch('https://example.com/'); } catch (error) { console.log(error.cause?.code ?? error.message); }",
    );
    let lines: Vec<&str> = output_of(&outcome).lines().collect();
    assert_eq!(lines[0], "true whole");
    // Refused, whichever way it is told.
    assert!(lines[1].contains("EgressDenied") || lines[1].contains("AbortSignal"), "{lines:?}");
}

/// The folder of a crate that the worker is built on, where it carries tests of a standard.
fn source_of(crate_name: &str) -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--format-version=1", "--offline", "--locked"]);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    let told = run(cargo, DEFAULT_WAIT).expect_success().stdout;
    let told: Value = serde_json::from_str(&told).expect("cargo speaks JSON");
    let packages = told["packages"].as_array().expect("there are packages");
    let found = packages.iter().find(|package| package["name"] == crate_name);
    let manifest = found.and_then(|package| package["manifest_path"].as_str());
    let manifest =
        PathBuf::from(manifest.unwrap_or_else(|| panic!("{crate_name} is not built on")));
    manifest.parent().expect("a manifest is in a folder").to_owned()
}

/// For whoever reads what a test said.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Runs a table of a standard; prints what it says of itself, and gives the misses.
fn misses(tables: &[(&str, &str)], program: &str) -> Vec<String> {
    let tables: String =
        tables.iter().map(|(name, table)| format!("const {name} = {table};\n")).collect();
    let (_workspace, mut server) = server();
    let code = format!("{tables}{program}");
    let outcome = server.execute(json!({ "code": code, "timeoutMs": 60_000 }));
    let output = output_of(&outcome);
    let (misses, told): (Vec<&str>, Vec<&str>) =
        output.lines().partition(|line| line.starts_with("MISS"));
    tell(&told.join("\n"));
    assert!(told.len() > 1 || !told[0].contains(" 0 of"), "{output}");
    misses.into_iter().map(str::to_owned).collect()
}

#[test]
fn urls_pass_the_tests_of_their_standard() {
    let folder = source_of("url").join("tests");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the crate has it");
    let tables =
        [("urltestdata", read("urltestdata.json")), ("setters", read("setters_tests.json"))];
    let tables = tables.each_ref().map(|(name, table)| (*name, table.as_str()));
    let misses = misses(&tables, include_str!("web_platform/urls.js"));
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn url_patterns_pass_the_tests_of_their_standard() {
    let table = source_of("urlpattern").join("src/testdata/urlpatterntestdata.json");
    let table = std::fs::read_to_string(table).expect("the crate has it");
    let misses = misses(&[("patterns", &table)], include_str!("web_platform/patterns.js"));
    tell(&misses.join("\n"));
    // The engine reads no sets in classes, such as `[[a-z]--a]`.
    assert!(misses.len() <= 4, "{}", misses.join("\n"));
}

/// A value of a script, between what stands before it and what stands behind.
fn value_in(script: &str, before: &str, behind: &str) -> String {
    let from = script.split_once(before).map(|(_, rest)| rest);
    let value = from.and_then(|rest| rest.split_once(behind)).map(|(value, _)| value);
    value.unwrap_or_else(|| panic!("no value behind {before}")).to_owned()
}

#[test]
fn encodings_pass_the_tables_of_their_standard() {
    let folder = Fixtures::locate().text_encoding();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the package has it");
    let groups = value_in(&read("encoding.js"), "var encodings = ", "];") + "]";
    let indexes =
        value_in(&read("encoding-indexes.js"), "global[\"encoding-indexes\"] =", "};") + "}";
    let tables = [("groups", groups.as_str()), ("indexes", indexes.as_str())];
    let misses = misses(&tables, include_str!("web_platform/encodings.js"));
    // The 18 characters that gb18030 got in 2022.
    assert!(misses.len() <= 18, "{}", misses.join("\n"));
}
