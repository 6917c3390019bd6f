//! Programs of one session, one after another, in an engine of their own.

mod host;

use std::path::Path;
use std::{fs, iter};

use serde_json::json;

use host::Host;

#[test]
fn what_is_declared_stays() {
    let mut host = Host::start();
    assert_eq!(
        host.value("const a = 1; let b = 2, c = a + b; var d = 4; [a, b, c, d]"),
        json!([1, 2, 3, 4])
    );
    assert_eq!(host.value("b += 10; d++; [a, b, c, d]"), json!([1, 12, 3, 5]));
    host.value("function f(n: number) { return n * a } class P { x = b; static s = 'S' }");
    host.value("enum Color { Red, Green = 'g' } namespace N { export const y = 7 }");
    assert_eq!(
        host.value("[f(3), new P().x, P.s, Color.Red, Color.Green, N.y]"),
        json!([3, 12, "S", 0, "g", 7])
    );
    assert_eq!(
        host.value("const { p, q: [r = 5, ...s], ...t } = { p: 1, q: [undefined, 2, 3], u: 9 }; p"),
        json!(1)
    );
    assert_eq!(host.value("[p, r, s, t]"), json!([1, 5, [2, 3], { "u": 9 }]));
    assert_eq!(
        host.value("[typeof f, f.name, P.name, typeof nothing]"),
        json!(["function", "f", "P", "undefined"])
    );
}

#[test]
fn a_name_is_one_name_for_the_whole_session() {
    let mut host = Host::start();
    host.value("let x = 1; function read() { return x } function write(v) { x = v } const later = () => helper(x) ?? 0;");
    host.value("let x = 2;");
    assert_eq!(host.value("[x, read()]"), json!([2, 2]));
    assert_eq!(host.value("const x = 'c'; [x, read()]"), json!(["c", "c"]));
    assert!(host.run("write(5)").error().contains("Assignment to constant variable"));
    assert_eq!(host.value("var x = 3; write(4); [x, read()]"), json!([4, 4]));
    assert!(host.run("later()").error().contains("helper is not defined"));
    assert_eq!(host.value("function helper(v) { return v * 2 } later()"), json!(8));
    assert_eq!(host.value("const helper = (v) => v * 3; later()"), json!(12));
    host.value("function count() { return ++counter }");
    assert!(host.run("count()").error().contains("counter is not defined"));
    assert_eq!(host.value("let counter = 0; count(); count(); counter"), json!(2));
}

#[test]
fn errors_keep_what_was_there_and_name_the_lines() {
    let mut host = Host::start();
    host.value("const kept = 1;\nfunction bad(n) {\n  throw new Error('late ' + n);\n}");
    let failed = host.run("interface A {\n  x: number\n}\n\nconst n: number = kept;\nbad(n);");
    assert_eq!(failed.error(), "Error: late 1");
    let stack = failed.stack();
    assert!(stack.contains("at bad (program-1.ts:3:9)"), "{stack}");
    assert!(stack.contains("program.ts:6:1"), "{stack}");
    let failed = host.run("let a = 1;\nkept();");
    assert_eq!(failed.error(), "TypeError: kept is not a function");
    assert!(failed.stack().contains("program.ts:2:1"), "{}", failed.stack());
    let failed =
        host.run("const o = { p: {} };\nfunction go() {\n  return o.p.missing(kept);\n}\ngo()");
    assert_eq!(failed.error(), "TypeError: o.p.missing is not a function");
    assert!(failed.stack().contains("program.ts:3:14"), "{}", failed.stack());
    let failed = host.run("const a = 1;\nconst é = = 2;");
    assert!(failed.error().contains("(line 2, column 11)"), "{}", failed.error());
    let failed = host.run("let twice = 1;\nlet twice = 2;");
    assert!(failed.error().starts_with("SyntaxError:"), "{}", failed.error());
    // What a program did not come to can be declared by the next one, for its functions too.
    let failed = host
        .run("function parse(t) { return t.split(SEPARATOR) }\nmissing();\nconst SEPARATOR = ',';");
    assert_eq!(failed.error(), "ReferenceError: missing is not defined");
    assert_eq!(host.value("typeof SEPARATOR"), json!("undefined"));
    assert_eq!(host.value("const SEPARATOR = ';'; parse('a;b')"), json!(["a", "b"]));
    assert_eq!(host.value("[kept, a]"), json!([1, 1]));
}

#[test]
fn the_rules_of_one_program_hold() {
    let mut host = Host::start();
    for (code, error) in [
        ("f(); function f() { return x } const x = 1;", "before initialization"),
        ("const c = 1; c = 2;", "Assignment to constant variable"),
        ("const d = 1; (() => { d++ })()", "Assignment to constant variable"),
        ("new K(); class K {}", "before initialization"),
        ("y = 1", "y is not defined"),
        ("(() => { y = 1 })()", "y is not defined"),
        ("(() => y)()", "y is not defined"),
        ("arguments", "arguments is not defined"),
        ("import { nothing } from 'node:fs'; 1", "nothing"),
        ("import 'nowhere'", "nowhere"),
    ] {
        let told = host.run(code).error();
        assert!(told.contains(error), "{code}: {told}");
    }
    for (code, value) in [
        ("this === undefined && (function () { return this })() === undefined", json!(true)),
        (
            "function self() { return this } [self() === undefined, self?.() === undefined, self`x` === undefined]",
            json!([true, true, true]),
        ),
        ("let i = 0; for (var j = 0; j < 3; j++) i += j; [i, j]", json!([3, 3])),
        ("j", json!(3)),
        (
            "const fs = []; for (let k = 0; k < 3; k++) fs.push(() => k + i); fs.map((f) => f())",
            json!([3, 4, 5]),
        ),
        (
            "let p, q; [p, q = 2, ...[i]] = [1, undefined, 7]; ({ p, z: q = 5 } = { p: 3 }); ({ p, q, i })",
            json!({ "p": 3, "q": 5, "i": 7 }),
        ),
        ("p ??= 1; p ||= 2; p &&= 9; p **= 2; p--; p", json!(80)),
        (
            "const fact = (n) => n < 2 ? 1 : n * fact(n - 1); [fact(5), fact.name]",
            json!([120, "fact"]),
        ),
        (
            "class Node1 { static all = [new Node1()]; next = () => Node1 } [Node1.all.length, new Node1().next() === Node1]",
            json!([1, true]),
        ),
        ("var v; v", json!(null)),
        ("var v = 1; function readV() { return v } if (true) { var w = 2 } [v, w]", json!([1, 2])),
        ("var v; { var w; w++ } [v, w, readV()]", json!([1, 3, 1])),
        (
            "const a1 = 1, b1 = a1 + 1, { c1 = b1 + 1 } = {}; (() => [a1, b1, c1])()",
            json!([1, 2, 3]),
        ),
        (
            "let log = []; label: for (const x of [1, 2]) { for (;;) { log.push(x); continue label } } log",
            json!([1, 2]),
        ),
        ("typeof later === 'undefined' && (() => typeof later)() === 'undefined'", json!(true)),
        ("switch (1) { case 1: let inner = 5; i = inner } i", json!(5)),
        ("'just text'", json!("just text")),
        ("return i + 1", json!(6)),
        ("if (i === 5) return 'early'; i = 0", json!("early")),
        ("i", json!(5)),
        (
            "export const e1 = 1; export function e2() { return e1 } export { i as e3 }; e2()",
            json!(1),
        ),
        ("export default { e1 }; i = 8", json!({ "e1": 1 })),
        ("export default class Main { static i = i } function main() { return i }", json!(null)),
        ("[main(), i]", json!([8, 8])),
        ("export default Promise.resolve(4)", json!(4)),
        ("const waited = await Promise.resolve(3); Promise.resolve(waited)", json!(3)),
        ("enum E { A = 'old', B = 'gone' } E.A", json!("old")),
        ("enum E { A = 'new' } const getE = () => E; E", json!({ "A": "new" })),
        ("enum E { C = 1 } getE()", json!({ "1": "C", "C": 1 })),
        (
            "@dec class D { static n = 1 } function dec(c) { c.seen = true } [D.seen, D.n]",
            json!([true, 1]),
        ),
        ("const enum CE { X = 4 } CE.X", json!(4)),
        ("CE.X", json!(4)),
        ("typeof import.meta", json!("object")),
        ("#!/usr/bin/env x\n1", json!(1)),
    ] {
        let ran = host.run(code);
        if code.starts_with("export default class") {
            assert!(ran.error().contains("it is a class"), "{}", ran.error());
            continue;
        }
        assert_eq!(ran.value(), value, "{code}");
    }
}

#[test]
fn names_may_be_anything() {
    let mut host = Host::start();
    host.value("let __proto__ = 1, constructor = 2, then = 3, $s = 4, $sd = 5, é = 6, hasOwnProperty = 7, toString = 8;");
    let all = "[__proto__, constructor, then, $s, $sd, é, hasOwnProperty, toString]";
    assert_eq!(host.value(all), json!([1, 2, 3, 4, 5, 6, 7, 8]));
    host.value(&format!("const all = () => {all}; __proto__ = 'p'; ({{ é }} = {{ é: 'e' }});"));
    assert_eq!(host.value("all()"), json!(["p", 2, 3, 4, 5, "e", 7, 8]));
    assert_eq!(host.value("({ __proto__, then }).__proto__"), json!("p"));
    assert_eq!(host.value("Object.keys({ __proto__ })"), json!(["__proto__"]));
    // What a program calls its own hides what everybody has, for programs alone.
    host.value("const Map = 1, Promise = 2, Array = 3, console = { log() {} }, undefined1 = 4, JSON = 5, setTimeout = 6;");
    assert_eq!(
        host.value(
            "globalThis.console.log(new Set([1])); [Map, Promise, Array, JSON, await 7, setTimeout]"
        ),
        json!([1, 2, 3, 5, 7, 6])
    );
    assert_eq!(
        host.run("globalThis.console.log({ a: new globalThis.Map([[1, 2]]) })").output,
        "{ a: Map(1) { 1 => 2 } }\n"
    );
    host.value("globalThis.shared = 1; const read = () => shared;");
    assert_eq!(
        host.value("shared++; [shared, read(), delete globalThis.shared, typeof shared]"),
        json!([2, 2, true, "undefined"])
    );
    assert_eq!(host.value("let shared = 5; read()"), json!(5));
}

#[test]
fn imports_stay_and_types_vanish() {
    let mut host = Host::start();
    host.value("import fs, { readFileSync as read } from 'node:fs';\nimport * as all from 'node:fs';\nimport type { A } from './a';\nimport { B } from './b';\nlet b: B | undefined;");
    assert_eq!(
        host.value("[typeof read, typeof fs.readFileSync, all.readFileSync === read]"),
        json!(["function", "function", true])
    );
    assert!(host.run("read = 1").error().contains("Assignment to constant variable"));
    assert_eq!(
        host.value(
            "typeof early;\nconst seen = typeof stat;\nimport { stat } from 'node:fs';\nseen"
        ),
        json!("function")
    );
    assert_eq!(
        host.value("const { writeFile } = await import('node:fs/promises'); typeof writeFile"),
        json!("function")
    );
}

#[test]
fn what_a_program_began_ends_with_it() {
    let mut host = Host::start();
    host.run(
        "setInterval(() => { console.log('tick'); callMCPTool('mcp__a__tick') }, 1);\
         setTimeout(() => callMCPTool('mcp__a__late'), 5);\
         const left = setTimeout(() => {}, 1); left.unref();\
         Promise.resolve().then(() => console.log('soon')); throw new Error('x')",
    );
    let after = host.run("await new Promise((done) => setTimeout(done, 30)); 'quiet'");
    assert_eq!((after.output.as_str(), after.requests.len()), ("", 0));
    assert_eq!(after.value(), json!("quiet"));
    // A request that is not answered in time is answered too late.
    host.answers = false;
    let failed = host.run(
        "callMCPTool('mcp__a__slow').then((v) => console.log('late', v)); Promise.reject(new Error('y'));",
    );
    assert_eq!((failed.error().as_str(), failed.requests.len()), ("Error: y", 1));
    host.answers = true;
    let late = |host: &mut Host| {
        host.say(&wire::reply_frame(1, &wire::Reply::Json(b"\"late\"".to_vec())));
    };
    late(&mut host);
    let next = host.run("[await callMCPTool('mcp__a__x'), await callMCPTool('mcp__a__y')]");
    assert_eq!(next.value(), json!([42, 42]));
    assert_eq!(next.requests.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [2, 3]);
    late(&mut host);
    assert_eq!(host.value("await 1"), json!(1));
    // A rejection is told once.
    let rejected = host.run("globalThis.p = Promise.reject(new Error('z')); 1");
    assert_eq!(rejected.error(), "Error: z");
    assert_eq!(host.value("2"), json!(2));
    assert!(host.run("await new Promise(() => {})").error().contains("nothing can settle"));
    assert_eq!(host.value("3"), json!(3));
}

#[test]
fn each_program_has_its_own_output() {
    let mut host = Host::start();
    host.limits.output_bytes = 10;
    let cut = host.run("console.group(); console.log('x'.repeat(100)); console.log('y')");
    assert!(cut.output.len() <= 10 && cut.done.unwrap().truncated);
    let whole = host.run("console.log('1234')");
    assert_eq!((whole.output.as_str(), whole.done.unwrap().truncated), ("1234\n", false));
}

#[test]
fn memory_is_that_of_the_whole_session() {
    let mut host = Host::start();
    host.limits.memory_bytes = 96 << 20;
    for _ in 0..8 {
        // What is declared anew lets go of what was there.
        host.value("let big = new Array(1e6).fill(0); big.length");
        host.value("const result = new Array(1e6).fill(0); result.length");
    }
    let kept = host.run("big = null; globalThis.result = null; 1");
    assert!(kept.done.unwrap().memory_bytes > 0);
    host.value("const kept = [new Array(2e6).fill(0)];");
    let full = host.run("kept.push(new Array(5e6).fill(0)); 1");
    assert_eq!(full.done.as_ref().unwrap().limit, Some(types::LimitKind::Memory));
    assert!(full.error().contains("96 MiB"));
    assert!(host.run("1").done.is_none(), "the session has ended");
}

#[test]
fn a_program_that_breaks_its_session_confuses_nobody_else() {
    for hostile in [
        "Promise.prototype.then = () => {}; Promise.resolve = null; globalThis.Promise = 1;",
        "Promise.prototype.then = function () { throw new Error('then') };",
        "Object.prototype.get = () => 5; Object.prototype.set = 1; Object.prototype.value = 2;",
        "Object.freeze(globalThis); Object.freeze(Object.prototype); Object.freeze(Array.prototype);",
        "Array.prototype[Symbol.iterator] = null; Array.prototype.push = null; Object.keys = null;",
        "Object.setPrototypeOf(globalThis, new Proxy({}, { has() { throw new Error('has') }, get() { throw 1 } }));",
        "for (const key of Reflect.ownKeys(globalThis)) try { delete globalThis[key] } catch {}",
        "Map.prototype.clear = () => { throw new Error('clear') }; Map.prototype.get = () => () => callMCPTool('mcp__a__x'); setInterval(() => callMCPTool('mcp__a__t'), 1); throw new Error('now')",
        "Error.prototype.toString = null; Object.defineProperty(Error.prototype, 'stack', { get() { throw 1 } });",
        "(function again() { Promise.resolve().then(() => { if (globalThis.count++ < 1000) again() }) })(); globalThis.count = 0; throw 1",
        "eval(\"try { arguments } catch {}\"); new Function('return this')().x = 1; Symbol.iterator = 1;",
        "(() => { try { import.meta.x = 1 } catch {} })(); ({}).constructor.constructor('return process')()",
    ] {
        let mut host = Host::start();
        let first = host.run(hostile);
        assert!(first.done.is_some(), "{hostile}");
        for _ in 0..3 {
            let next = host.run("1 + 1");
            assert!(next.done.is_some(), "{hostile}");
            assert_eq!(next.requests.len(), 0, "{hostile}");
        }
    }
}

#[test]
fn programs_that_agents_write_run_one_after_another() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs/typescript");
    let mut programs: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    programs.retain(|path| path.extension().is_some_and(|ending| ending == "ts"));
    programs.sort();
    assert!(programs.len() >= 100);
    let start = || {
        let mut host = Host::start();
        host.limits.output_bytes = 1 << 20;
        host.limits.memory_bytes = 512 << 20;
        host
    };
    let mut host = start();
    let mut wrong = Vec::new();
    for path in programs {
        let code = fs::read_to_string(&path).unwrap();
        if code.lines().next().is_some_and(|head| head.contains("needs: files")) {
            continue;
        }
        let ran = host.run(&code);
        let expected = fs::read_to_string(path.with_extension("out")).unwrap();
        // What is not as it should be is a matter of sessions only where it is otherwise without one.
        if ran.output != expected && host.alone(&code).output != ran.output {
            let error = ran.done.as_ref().map(|done| &done.error);
            let differs = difference(&ran.output, &expected);
            wrong.push(format!("{}: {error:?}\n{differs}", path.display()));
        }
        if ran.done.is_none() {
            wrong.push(format!("{}: it ended the session", path.display()));
            host = start();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first line that is not as it was expected.
fn difference(output: &str, expected: &str) -> String {
    let lines = output.lines().chain(iter::repeat("<end>"));
    let differs = lines.zip(expected.lines().chain(["<end>"])).find(|(one, other)| one != other);
    format!("{differs:?}")
}
