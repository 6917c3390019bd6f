//! `Intl` and the methods that write for people, over tables of locales, options and values: each case
//! is run by the real Node and by the engine, and has to come out the same. A feature may miss at most
//! the part that is known: what of it differs on purpose or in Node's own defects is in docs/intl.md.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fixtures, McpProcess, Workspace, run};

use crate::support::{error_of, output_of, server, workspace};

/// Runs the cases of a body and prints for each a hash of what came out, below the name of its feature;
/// of those whose numbers are wanted, all of it instead.
fn program(body: &str, wanted: &[usize]) -> String {
    format!(
        r"
        const wanted = new Set({wanted:?});
        const lines = [];
        let at = 0, last;
        function hash(text) {{
            let sum = 0x811c9dc5;
            for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
            return (sum >>> 0).toString(36);
        }}
        const test = (feature, name, make) => {{
            let text;
            try {{ text = make(); text = typeof text === 'string' ? text : JSON.stringify(text) ?? 'undefined'; }} catch (error) {{ text = `${{error.name}}: ${{error.message}}`; }}
            const number = at++;
            if (wanted.size === 0) {{
                if (feature !== last) lines.push(`= ${{last = feature}}`);
                lines.push(hash(text).slice(-5));
            }}
            if (wanted.has(number)) lines.push(`${{feature}} | ${{name}}: ${{text.toWellFormed()}}`);
        }};
        (function (test) {{ {body} }})(test);
        console.log(lines.join('\n'));
        "
    )
}

fn node(workspace: &Workspace, code: &str) -> String {
    let script = workspace.write("program.mjs", code);
    let mut node = Command::new(Fixtures::locate().node());
    node.arg(script).env("NO_COLOR", "1").env("TZ", "UTC").env("LC_ALL", "en_US.UTF-8");
    run(node, DEFAULT_WAIT).expect_success().stdout
}

fn ours(server: &mut McpProcess, code: &str) -> String {
    let outcome = server.execute(json!({ "code": code, "timeoutMs": 120_000 }));
    output_of(&outcome).to_owned()
}

/// Compares a table with Node's: `known` says how many cases of a feature may miss.
#[track_caller]
fn differs_from_node_only_where_known(body: &str, least: usize, known: &[(&str, usize)]) {
    let workspace = workspace();
    let mut server = workspace.serve();
    let code = program(body, &[]);
    let theirs = node(&workspace, &code);
    let mine = ours(&mut server, &code);
    assert_eq!(mine.lines().count(), theirs.lines().count(), "so many cases each");
    assert!(theirs.lines().count() >= least, "{} cases", theirs.lines().count());
    let mut rates: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut missed, mut feature, mut number) = (Vec::new(), "", 0);
    for (mine, theirs) in mine.lines().zip(theirs.lines()) {
        if let Some(name) = theirs.strip_prefix("= ") {
            feature = name;
            continue;
        }
        let rate = rates.entry(feature).or_default();
        rate.1 += 1;
        if mine == theirs {
            rate.0 += 1;
        } else {
            missed.push(number);
        }
        number += 1;
    }
    for (feature, (same, all)) in &rates {
        eprintln!("{feature}: {same} of {all}");
    }
    let allowed =
        |feature| known.iter().find(|(name, _)| *name == feature).map_or(0, |each| each.1);
    let over = rates.iter().find(|(feature, (same, all))| all - same > allowed(**feature));
    if let Some((feature, (same, all))) = over {
        let shown = told(&workspace, &mut server, body, &missed);
        panic!("{feature}: {} misses, {} are known\n{shown}", all - same, allowed(feature));
    }
}

/// What both say to the cases that differ.
fn told(workspace: &Workspace, server: &mut McpProcess, body: &str, missed: &[usize]) -> String {
    let code = program(body, &missed[..missed.len().min(40)]);
    let theirs = node(workspace, &code);
    let mine = ours(server, &code);
    let pairs = theirs.lines().zip(mine.lines());
    pairs.map(|(theirs, mine)| format!("Node {theirs}\nours {mine}\n")).collect()
}

#[test]
fn numbers_are_written_as_by_node() {
    let known = [("compact", 6), ("currency", 16), ("parts", 2), ("sign", 1), ("tags", 1)];
    differs_from_node_only_where_known(include_str!("intl/numbers.js"), 4000, &known);
}

#[test]
fn dates_are_written_as_by_node() {
    let known = [("resolved", 3), ("styles", 1)];
    differs_from_node_only_where_known(include_str!("intl/dates.js"), 4000, &known);
}

#[test]
fn words_are_those_of_node() {
    let known = [("names", 2), ("order", 4)];
    differs_from_node_only_where_known(include_str!("intl/words.js"), 1700, &known);
}

#[test]
fn what_is_not_supported_says_so() {
    let (_workspace, mut server) = server();
    for (code, named) in [
        ("new Intl.DateTimeFormat('en', { calendar: 'hebrew' })", "calendar 'hebrew'"),
        ("new Intl.DateTimeFormat('en-u-ca-japanese')", "calendar 'japanese'"),
        ("new Intl.DisplayNames('en', { type: 'calendar' }).of('gregory')", "names of calendars"),
        (
            "[...new Intl.Segmenter('ja', { granularity: 'word' }).segment('日本語')]",
            "granularity 'grapheme'",
        ),
    ] {
        let outcome = server.run(code);
        let message = &error_of(&outcome).message;
        assert!(message.contains(named) && message.contains("not supported"), "{code}: {message}");
    }
}

#[test]
fn a_language_without_data_is_english_and_says_so() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "const number = new Intl.NumberFormat('sw');\n\
         ({ text: number.format(1234.5), locale: number.resolvedOptions().locale, \
         supported: Intl.NumberFormat.supportedLocalesOf(['sw', 'de-XX', 'fr']) })",
    );
    let told: Option<Value> = outcome.result;
    assert_eq!(
        told,
        Some(json!({ "text": "1,234.5", "locale": "en-US", "supported": ["de-XX", "fr"] }))
    );
}
