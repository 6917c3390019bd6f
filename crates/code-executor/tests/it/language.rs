//! The language in depth, as tables of programs and what comes of them: `language/*.txt`.
//!
//! A case is a program, a line `-----`, and its outcome: what it printed, then `= result`,
//! `~ why there is none`, or `! class: message` and the stack. A line `=====` begins the next one.

use std::fmt::Write;

use types::ExecutionOutcome;

use crate::support::{assert_well, error_of, output_of, server};

#[test]
fn the_console_shows_values_as_node_does() {
    check(include_str!("language/console.txt"));
}

#[test]
fn programs_do_what_typescript_says() {
    check(include_str!("language/language.txt"));
}

#[test]
fn failures_are_told_in_the_users_own_lines() {
    check(include_str!("language/errors.txt"));
}

#[test]
fn what_cannot_run_is_told_with_its_place() {
    check(include_str!("language/syntax.txt"));
}

#[test]
fn text_for_people_is_right_or_refused() {
    check(include_str!("language/locale.txt"));
}

#[test]
fn unusual_bytes_do_not_move_lines() {
    let (_workspace, mut server) = server();
    for (name, code, line) in [
        ("a byte order mark", "\u{feff}console.log(1);\nthrow new Error('x')", 2),
        ("CRLF", "interface A {\r\n x: 1\r\n}\r\n// c\r\n\r\nthrow new Error('x')\r\n", 6),
        ("a hashbang", "#!/usr/bin/env node\n\nthrow new Error('x')", 3),
        ("no ASCII", "const é = '日本';\nthrow new Error(é)", 2),
    ] {
        let outcome = server.run(code);
        let stack = error_of(&outcome).stack.clone().unwrap_or_default();
        assert!(stack.starts_with(&format!("    at program.ts:{line}:")), "{name}: {stack}");
    }
    let long =
        format!("const text = '{}';\nthrow new Error(String(text.length))", "x".repeat(500_000));
    let outcome = server.run(&long);
    assert_eq!(error_of(&outcome).message, "500000");
    assert_eq!(error_of(&outcome).stack.as_deref(), Some("    at program.ts:2:7"));
}

#[test]
fn a_tool_error_names_the_line_that_called() {
    let (_workspace, mut server) = server();
    let code =
        "async function save() {\n  return callMCPTool('mcp__none__tool');\n}\nawait save();";
    let outcome = server.run(code);
    let error = error_of(&outcome);
    assert_eq!(error.kind, "McpToolError");
    let stack = error.stack.as_deref();
    assert_eq!(stack, Some("    at save (program.ts:2:10)\n    at program.ts:4:7"));
}

#[test]
fn timers_keep_the_order_of_node() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        const log: string[] = [];
        const L = (text: string) => log.push(text);
        setTimeout(() => L('zero'), 0);
        setTimeout(() => L('one'), 1);
        setTimeout((a: string, b: string) => L(`arguments ${a}${b}`), 20, 'x', 'y');
        setTimeout(() => { L('ten'); Promise.resolve().then(() => L('microtask of ten')); }, 10);
        setTimeout(() => L('ten again'), 10);
        setTimeout(() => L('negative'), -5);
        setTimeout(() => L('no number'), 'abc' as any);
        Promise.resolve().then(() => { L('microtask'); queueMicrotask(() => L('nested microtask')); });
        let ticks = 0;
        const interval = setInterval(() => { L(`tick ${++ticks}`); if (ticks === 3) clearInterval(interval); }, 40);
        clearTimeout(setTimeout(() => L('never'), 3));
        clearTimeout(undefined); clearTimeout(null as any); clearTimeout(99999); clearTimeout({} as any);
        setTimeout(() => { setImmediate(() => L('immediate')); setTimeout(() => L('timer'), 0); Promise.resolve().then(() => L('before both')); }, 160);
        const idle: any = setTimeout(() => L('nobody waits for this'), 60000);
        idle.unref();
        L(`held ${idle.hasRef()} ${typeof +idle}`);
        L('main');
        setTimeout(() => console.log(log.join('\n')), 200);
        "#,
    );
    assert_eq!(
        output_of(&outcome),
        "held false number\nmain\nmicrotask\nnested microtask\nzero\none\nnegative\nno number\n\
         ten\nmicrotask of ten\nten again\narguments xy\ntick 1\ntick 2\ntick 3\nbefore both\n\
         immediate\ntimer\n"
    );
}

#[test]
fn a_program_that_spins_still_hears_its_calls() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "let heard = false;\ngetToolSchema('mcp__a__b').finally(() => { heard = true; });\n\
         while (!heard) await new Promise((next) => setImmediate(next));\nheard",
    );
    assert_eq!(outcome.result, Some(true.into()), "{:?}", outcome.error);
}

#[test]
fn many_timers_are_no_burden() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "let fired = 0;\nfor (let i = 0; i < 20000; i++) setTimeout(() => { fired++; }, i % 20);\n\
         for (let i = 0; i < 20000; i++) clearTimeout(setTimeout(() => {}, 1e6));\n\
         await new Promise((done) => setTimeout(done, 30));\nfired",
    );
    assert_eq!(outcome.result, Some(20000.into()), "{:?}", outcome.error);
}

#[test]
fn a_rejection_may_be_handled_late_but_not_in_another_turn() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "const p = Promise.reject(new Error('late'));\nawait null;\np.catch(() => console.log('handled'));",
    );
    assert_eq!(output_of(&outcome), "handled\n");
    let outcome = server.run(
        "const p = Promise.reject(new Error('too late'));\nsetTimeout(() => p.catch(() => {}), 5);",
    );
    assert_eq!(error_of(&outcome).message, "too late");
}

#[test]
fn what_a_program_breaks_breaks_nothing_else() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        const hostile = { get a() { throw new Error('getter'); }, toString() { throw 1; } };
        console.log(hostile, [new Proxy({}, { get() { throw new Error('trap'); } })]);
        console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('custom'); } });
        let deep: any = {};
        for (let i = 0; i < 100000; i++) deep = { deep };
        console.dir(deep, { depth: null });
        console.log(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])));
        "#,
    );
    let output = output_of(&outcome);
    assert!(output.contains("a: [Getter]"), "{output}");
    assert!(output.contains("cannot be shown, it threw custom"), "{output}");
    assert!(output.contains("... 4000 more properties"), "{output}");
    let huge = server.run("throw new Error('x'.repeat(1e6))");
    assert!(error_of(&huge).message.len() < 20_000);
    assert_well(&mut server);
}

/// Runs every case of a table and shows all that differ.
#[track_caller]
fn check(table: &str) {
    let (_workspace, mut server) = server();
    let mut wrong = String::new();
    let mut count = 0;
    for case in table.split("=====\n").skip(1) {
        let (program, expected) = match case.split_once("\n-----\n") {
            Some(parts) => parts,
            None => panic!("a case without an outcome: {case}"),
        };
        let got = told(&server.run(program));
        if got != expected {
            let _ = writeln!(wrong, "{program}\nexpected:\n{expected}got:\n{got}");
        }
        count += 1;
    }
    assert!(count > 4, "only {count} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

fn told(outcome: &ExecutionOutcome) -> String {
    let mut text = outcome.output.clone();
    if let Some(error) = &outcome.error {
        let _ = writeln!(text, "! {}: {}", error.kind, error.message);
        if let Some(stack) = &error.stack {
            let _ = writeln!(text, "{stack}");
        }
    }
    if let Some(result) = &outcome.result {
        let _ = writeln!(text, "= {result}");
    }
    if let Some(reason) = &outcome.result_omitted {
        let _ = writeln!(text, "~ {reason}");
    }
    text
}
