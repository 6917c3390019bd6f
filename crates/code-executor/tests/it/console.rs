//! What `console` prints and when timers fire, as in the real Node: the programs in `console/` are run
//! by both, and have to print the same. How deep values are shown differs on purpose, and is not
//! asked; `language.rs` holds that.

use std::process::Command;

use serde_json::json;
use testkit::{DEFAULT_WAIT, Fixtures, run};

use crate::support::{output_of, server};

#[test]
fn the_console_prints_what_nodes_prints() {
    assert_as_node("console.mjs", include_str!("console/console.mjs"));
}

#[test]
fn timers_are_those_of_node() {
    assert_as_node("timers.mjs", include_str!("console/timers.mjs"));
}

#[test]
fn times_are_told_as_people_read_them() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "console.time(); console.timeLog(undefined, 'so far', { a: 1 }); console.timeEnd();\n\
         console.time('x'); console.time('x'); console.timeEnd('x'); console.timeEnd('x');\n\
         console.timeLog('none'); console.countReset('none');\n\
         function where() { console.trace('here %d', 5) }\nwhere();",
    );
    let lines: Vec<&str> = output_of(&outcome).lines().collect();
    let is_time = |line: &str, label: &str| {
        let rest = line.strip_prefix(label).and_then(|rest| rest.strip_prefix(": "));
        let number = rest.and_then(|rest| rest.strip_suffix("ms").or(rest.strip_suffix('s')));
        number.is_some_and(|number| number.parse::<f64>().is_ok())
    };
    assert!(lines[0].ends_with(" so far { a: 1 }"), "{lines:?}");
    assert!(is_time(lines[0].trim_end_matches(" so far { a: 1 }"), "default"), "{lines:?}");
    assert!(is_time(lines[1], "default"), "{lines:?}");
    assert_eq!(lines[2], "Warning: Label 'x' already exists for console.time()");
    assert!(is_time(lines[3], "x"), "{lines:?}");
    assert_eq!(lines[4], "Warning: No such label 'x' for console.timeEnd()");
    assert_eq!(lines[5], "Warning: No such label 'none' for console.timeLog()");
    assert_eq!(lines[6], "Warning: Count for 'none' does not exist");
    assert_eq!(&lines[7..9], ["Trace: here 5", "    at where (program.ts:4:28)"]);
}

/// Runs a program here and in the real Node, says how many of its lines are the same, and fails with
/// those that are not.
#[track_caller]
pub fn assert_as_node(name: &str, code: &str) {
    let (workspace, mut server) = server();
    let mut node = Command::new(Fixtures::locate().node());
    // Both of Node's outputs in one, in order, as they are here.
    let together = "process.stderr.write = process.stdout.write.bind(process.stdout);\n";
    let preload = workspace.write("together.cjs", together);
    node.arg("--no-warnings").arg("--require").arg(preload);
    node.arg(workspace.write(name, code)).env("NO_COLOR", "1");
    let theirs = run(node, DEFAULT_WAIT).expect_success().stdout;
    let outcome = server.execute(json!({ "code": code, "timeoutMs": 30_000 }));
    let ours = output_of(&outcome);

    let pairs: Vec<(&str, &str)> = ours.lines().zip(theirs.lines()).collect();
    let missed: Vec<String> = pairs
        .iter()
        .filter(|(ours, theirs)| ours != theirs)
        .map(|(ours, theirs)| format!("  ours: {ours}\n  node: {theirs}\n"))
        .collect();
    eprintln!("{name}: {} of {} lines as Node's", pairs.len() - missed.len(), pairs.len());
    assert!(missed.is_empty(), "{name}: {} lines differ\n{}", missed.len(), missed.concat());
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{ours}\n-----\n{theirs}");
    assert!(pairs.len() > 20, "{name} shows {} lines", pairs.len());
}
