//! How a program ends: its value, what it throws, and the other ways out.

use serde_json::json;
use types::LimitKind;

use super::{execute, run, server};
use crate::support::{assert_well, error_of, output_of};

#[test]
fn values_are_those_of_the_embedded_engine() {
    let Some((_workspace, mut server)) = server() else { return };
    let program = r#"
        enum Colour { Red = 'red' }
        class Own { constructor(readonly a: number) {} toJSON() { return { own: this.a }; } }
        function twice(_target: unknown, _key: string, descriptor: PropertyDescriptor) {
            const inner = descriptor.value;
            descriptor.value = () => inner() * 2;
        }
        class Decorated { @twice one() { return 1; } }
        const all = [
            new Map([['k', 1]]), new Set([1, 2]), new Uint8Array([1, 2]), /x/g, new Date(0), new Own(1), NaN,
            new Error('e', { cause: 1 }), Object('s'), undefined, () => 1, [, 1], Colour.Red, new Decorated().one(),
            new Proxy({ a: 1 }, {}), Object.create(null), new ArrayBuffer(1), setTimeout(() => {}),
        ];
        export default { all, skipped: undefined, ['__proto__']: 1, text: '\ud800' };
    "#;
    let here = run(&mut server, program);
    let there = server.execute(json!({ "code": program }));
    assert_eq!(here.error, None, "{:?}", here.error);
    assert_eq!(here.result, there.result);

    assert_eq!(run(&mut server, "const n = 20;\n({ n: n + 1 })").result, Some(json!({ "n": 21 })));
    assert_eq!(run(&mut server, "Promise.resolve([1])").result, Some(json!([1])));
    assert_eq!(run(&mut server, "const silent = 1;").result, None);
}

#[test]
fn a_value_that_cannot_be_json_is_told_as_in_the_embedded_engine() {
    let Some((_workspace, mut server)) = server() else { return };
    for value in [
        "{ a: [1n] }",
        "(() => { const ring: any = {}; ring.self = ring; return ring; })()",
        "{ later: Promise.resolve(1) }",
        "new WeakMap()",
        "class A {}",
        "Symbol('s')",
        "[1][Symbol.iterator]()",
        "{ get a() { throw new TypeError('from a getter'); } }",
        "'x'.repeat(3_000_000)",
    ] {
        for program in [format!("export default {value};"), format!("0;\n({value})")] {
            let here = run(&mut server, &program);
            let there = server.execute(json!({ "code": program }));
            let told = |outcome: &types::ExecutionOutcome| {
                let error = outcome.error.clone().map(|error| (error.kind, error.message));
                (outcome.success, error, outcome.result_omitted.clone(), outcome.limit)
            };
            assert_eq!(told(&here), told(&there), "{program:.60}");
        }
    }
}

#[test]
fn what_ends_a_program_is_told_with_the_users_own_lines() {
    let Some((_workspace, mut server)) = server() else { return };
    let told = |server: &mut _, code: &str| {
        let outcome = run(server, code);
        let error = error_of(&outcome).clone();
        (error.kind, error.message, error.stack.unwrap_or_default())
    };
    let thrown = "interface Gone { a: number }\n\nclass Far extends RangeError {}\n\
        function fail(value: string): never {\n  throw new Far(value, { cause: new Error('a root') });\n}\n\
        fail('north');";
    let (kind, message, stack) = told(&mut server, thrown);
    assert_eq!((kind.as_str(), message.as_str()), ("Far", "north\n  caused by Error: a root"));
    assert!(stack.contains("program.ts:5:") && stack.contains("program.ts:7:"), "{stack}");
    assert!(!stack.contains("guest") && !stack.contains("ext:"), "{stack}");

    for (code, kind, words) in [
        (
            "setTimeout(() => { throw new TypeError('in a timer'); }, 1); 5",
            "TypeError",
            "in a timer",
        ),
        (
            "Promise.reject(new Error('nobody listens')); await new Promise((r) => setTimeout(r, 60_000));",
            "Error",
            "nobody listens",
        ),
        (
            "throw { a: 1 };",
            "UncaughtValue",
            "the program threw an object that is no Error: { a: 1 }",
        ),
        ("throw 'x';", "UncaughtValue", "the program threw the string \"x\""),
        ("await new Promise(() => {});", "UnsettledPromiseError", "nothing can settle any more"),
        (
            "export default new Promise(() => {});",
            "UnsettledPromiseError",
            "nothing can settle any more",
        ),
        ("process.exit(3);", "ExitError", "exit code 3"),
        ("Deno.exit(4);", "ExitError", "exit code 4"),
        ("process.exitCode = 5;", "ExitError", "exit code 5"),
        ("const a = 1;\nlet b = ;", "SyntaxError", "let b = ;"),
        (
            "document.title",
            "ReferenceError",
            "document is not defined: a program does not run in a browser",
        ),
        ("await Deno.connect({ hostname: 'example.com', port: 80 });", "NotCapable", "use fetch"),
        (
            "import { Worker } from 'node:worker_threads'; new Worker('1', { eval: true });",
            "Error",
            "use the global Worker",
        ),
        ("import 'axios';", "TypeError", "packages are imported as 'npm:<name>'"),
        ("import 'https://example.com/x.js';", "TypeError", "loads no code from the network"),
    ] {
        let (told_kind, message, _) = told(&mut server, code);
        assert_eq!(told_kind, kind, "{code}: {message}");
        assert!(message.contains(words), "{code}: {message}");
    }
    assert_well(&mut server);
}

#[test]
fn a_recursion_without_an_end_is_the_limit_of_the_stack() {
    let Some((_workspace, mut server)) = server() else { return };
    let outcome = run(&mut server, "const f = (): number => f() + 1;\nf();");
    assert_eq!(error_of(&outcome).message, "Maximum call stack size exceeded");
    assert_eq!(outcome.limit, Some(LimitKind::Stack));
}

#[test]
fn listeners_of_the_end_are_heard_and_may_take_what_nobody_caught() {
    let Some((_workspace, mut server)) = server() else { return };
    let outcome = run(
        &mut server,
        r#"
        process.on('beforeExit', () => console.log('before'));
        process.on('exit', (code) => console.log('exit', code));
        addEventListener('unload', () => console.log('unload'));
        addEventListener('unhandledrejection', (event) => {
            event.preventDefault();
            console.log('took', event.reason.message);
            setTimeout(() => { throw new Error('two'); }, 1);
        });
        addEventListener('error', (event) => { event.preventDefault(); console.log('took', event.error.message); });
        Promise.reject(new Error('one'));
        7
        "#,
    );
    assert_eq!(output_of(&outcome), "took one\ntook two\nbefore\nunload\nexit 0\n");
    assert_eq!(outcome.result, Some(json!(7)));
    let outcome = run(
        &mut server,
        "console.log('kept'); setTimeout(() => console.log('never'), 1); Deno.exit(0);",
    );
    assert_eq!((output_of(&outcome), &outcome.result), ("kept\n", &None));
    let outcome =
        run(&mut server, "process.on('exit', () => console.log('bye')); throw new Error('x');");
    assert_eq!(outcome.output, "bye\n");
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let Some((_workspace, mut server)) = server() else { return };
    for code in
        ["console.log('here'); for (;;) {}", "console.log('here'); setInterval(() => {}, 10);"]
    {
        let outcome = execute(&mut server, code, json!({ "timeoutMs": 1500 }));
        assert_eq!(error_of(&outcome).kind, "TimeoutError");
        assert_eq!(outcome.output, "here\n");
    }
    assert_well(&mut server);
}
