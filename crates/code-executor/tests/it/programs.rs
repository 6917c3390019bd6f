//! The language as a program's author meets it, and the shape of what comes back.

pub mod corpus;
mod refused;

use serde_json::json;
use types::IsolationLevel;

use crate::support::{error_of, output_of, server};

#[test]
fn modern_typescript_runs_as_it_is_written() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        import type { Nothing } from './types';
        enum Colour { Red, Green = 'green' }
        const enum Size { Small = 1 }
        namespace Shapes { export const sides = (name: string): number => (name === 'square' ? 4 : 3); }
        interface Point { readonly x: number; y?: number }
        abstract class Base<T extends object> { constructor(protected readonly value: T) {} abstract show(): string }
        class Shown extends Base<Point> { show(): string { return JSON.stringify(this.value); } }
        function twice(_target: unknown, _key: string, descriptor: PropertyDescriptor) {
            const inner = descriptor.value;
            descriptor.value = function (...args: number[]) { return inner.apply(this, args) * 2; };
        }
        class Sum { @twice add(a: number, b: number): number { return a + b; } }
        const point = { x: 1 } satisfies Point;
        const overload = <T,>(value: T): T => value!;
        const value = await Promise.resolve(overload(42));
        console.log(Colour.Red, Colour.Green, Size.Small, Shapes.sides('square'));
        console.log(new Shown(point).show(), new Sum().add(1, 2), value as number, point?.x ?? 0);
        "#,
    );
    assert_eq!(output_of(&outcome), "0 green 1 4\n{\"x\":1} 6 42 1\n");
}

#[test]
fn the_last_expression_is_the_result() {
    let (_workspace, mut server) = server();
    let outcome =
        server.run("const n: number = 20;\n({ answer: n * 2 + 2, list: [1, 'two', null] })");
    assert_eq!(outcome.result, Some(json!({ "answer": 42, "list": [1, "two", null] })));
}

#[test]
fn a_promise_as_last_expression_is_awaited() {
    let (_workspace, mut server) = server();
    let outcome = server.run("Promise.resolve([1, 2, 3].map((n) => n * n))");
    assert_eq!(outcome.result, Some(json!([1, 4, 9])));
}

#[test]
fn an_export_is_the_result() {
    let (_workspace, mut server) = server();
    let outcome = server.run("export default { from: 'export' };\n'not this one';");
    assert_eq!(outcome.result, Some(json!({ "from": "export" })));
}

#[test]
fn a_program_without_a_value_has_no_result() {
    let (_workspace, mut server) = server();
    let outcome = server.run("const silent = 1;");
    assert!(outcome.success);
    assert_eq!((outcome.result, outcome.output.as_str()), (None, ""));
}

#[test]
fn the_console_shows_values_as_people_expect() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        const ring: any = { name: 'ring' };
        ring.self = ring;
        console.log('text', 1, true, null, undefined);
        console.log({ a: 1, b: ['x', { c: 2 }] });
        console.log(ring);
        console.log(new Map([['k', 1]]), new Set([1, 2]));
        console.log('%s has %d', 'she', 2);
        console.error('an error'); console.warn('a warning'); console.info('a word'); console.debug('detail');
        "#,
    );
    let output = output_of(&outcome);
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "text 1 true null undefined");
    assert_eq!(lines[1], "{ a: 1, b: [ 'x', { c: 2 } ] }");
    assert!(output.contains("[Circular"), "{output}");
    assert!(output.contains("Map(1)") && output.contains("Set(2)"), "{output}");
    assert!(output.contains("she has 2"), "{output}");
    for text in ["an error", "a warning", "a word", "detail"] {
        assert!(output.contains(text), "{text} is missing: {output}");
    }
}

#[test]
fn timers_fire_in_order_and_the_program_waits_for_them() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        setTimeout(() => console.log('second'), 30);
        setTimeout(() => console.log('first'), 1);
        const gone = setTimeout(() => console.log('never'), 5);
        clearTimeout(gone);
        let ticks = 0;
        const interval = setInterval(() => { if (++ticks === 3) { clearInterval(interval); console.log('three ticks'); } }, 15);
        queueMicrotask(() => console.log('zeroth'));
        "#,
    );
    assert_eq!(output_of(&outcome), "zeroth\nfirst\nsecond\nthree ticks\n");
}

#[test]
fn an_error_names_the_users_own_line() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        "interface Gone { a: number }\n\nfunction fail(value: string): never {\n  throw new RangeError('too far: ' + value);\n}\nfail('north');",
    );
    let error = error_of(&outcome);
    assert_eq!((error.kind.as_str(), error.message.as_str()), ("RangeError", "too far: north"));
    let stack = error.stack.as_deref().unwrap_or_default();
    assert!(stack.contains(":4:") && stack.contains(":6:"), "{stack}");
}

#[test]
fn what_was_printed_before_an_error_is_kept() {
    let (_workspace, mut server) = server();
    let outcome = server.run("console.log('before');\nnull.boom;\nconsole.log('after');");
    assert_eq!(outcome.output, "before\n");
    assert_eq!(error_of(&outcome).kind, "TypeError");
}

#[test]
fn an_unhandled_rejection_fails_the_program() {
    let (_workspace, mut server) = server();
    let outcome = server.run("Promise.reject(new Error('nobody listens'));");
    assert!(error_of(&outcome).message.contains("nobody listens"));
}

#[test]
fn programs_share_nothing() {
    let (_workspace, mut server) = server();
    let left =
        server.run("globalThis.left = 'behind'; Object.prototype.polluted = true; Math.random()");
    let found = server.run("[typeof globalThis.left, ({}).polluted ?? null, Math.random()]");
    let found = found.result.unwrap_or_default();
    assert_eq!((&found[0], &found[1]), (&json!("undefined"), &json!(null)));
    assert_ne!(left.result.unwrap_or_default(), found[2], "both programs drew the same number");
}

#[test]
fn the_outcome_says_how_the_program_was_held() {
    let (_workspace, mut server) = server();
    let outcome = server.run("1 + 1");
    assert_eq!(outcome.isolation.engine, "quickjs");
    assert!(outcome.isolation.level >= IsolationLevel::L1, "{:?}", outcome.isolation);
    assert!(outcome.execution_time_ms > 0.0);
    assert_eq!(outcome.execution_id.as_str().len(), 32);
    assert!(!outcome.truncated && outcome.limit.is_none() && outcome.tool_calls_made.is_empty());
}

#[test]
fn the_text_of_an_answer_reads_well() {
    let (_workspace, mut server) = server();
    let answer =
        server.call_tool("executeTypescript", json!({ "code": "console.log('seen');\nnull.x" }));
    let text = answer["content"][0]["text"].as_str().unwrap_or_default();
    let (output, error) = (text.find("seen"), text.find("TypeError"));
    assert!(output.is_some() && output < error, "output first, then the error: {text}");
    assert_eq!(answer["isError"], true);
}

#[test]
fn fifty_programs_at_once_all_answer() {
    let (_workspace, mut server) = server();
    let ids: Vec<u64> =
        (0..50).map(|n| server.send_program(json!({ "code": format!("{n} * 2") }))).collect();
    for (n, id) in ids.into_iter().enumerate() {
        assert_eq!(server.outcome_of(id).result, Some(json!(n * 2)));
    }
}

#[test]
fn permissions_that_cannot_be_given_are_refused_by_name() {
    let (_workspace, mut server) = server();
    let refusal = server.refusal(json!({ "code": "1", "permissions": { "run": ["ls"] } }));
    assert!(refusal.contains("permissions.run"), "{refusal}");
}

#[test]
fn a_permission_that_the_operator_does_not_give_is_denied_in_the_outcome() {
    let (_workspace, mut server) = server();
    let asked = json!({ "read": ["/srv"], "net": ["example.com", "localhost"] });
    let outcome = server.execute(json!({ "code": "1", "permissions": asked }));
    assert!(outcome.success, "{outcome:?}");
    let grants = outcome.grants.expect("what was granted");
    assert_eq!((grants.read.len(), grants.write.len(), grants.net.len()), (0, 0, 0));
    let denied: Vec<_> = grants.denied.iter().map(|denied| denied.entry.as_str()).collect();
    assert_eq!(denied, ["/srv", "localhost", "example.com"]);
}
