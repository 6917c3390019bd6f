//! What is found where, and that no source makes the reader stumble.

use oxc::allocator::Allocator;
use oxc::parser::Parser;
use oxc::span::SourceType;
use proptest::prelude::*;

use super::*;

fn analysed(source: &str) -> Vec<Finding> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::ts().with_module(true)).parse();
    analyse(source, &parsed.program)
}

/// The rules found, each with its line, without the language in their names.
fn found(source: &str) -> Vec<(u32, String)> {
    let short = |finding: Finding| {
        (finding.line, finding.rule.strip_prefix("typescript-").unwrap_or("?").to_owned())
    };
    analysed(source).into_iter().map(short).collect()
}

fn assert_found(table: &[(&str, &[(u32, &str)])]) {
    for (source, wanted) in table {
        let wanted: Vec<(u32, String)> =
            wanted.iter().map(|&(line, rule)| (line, rule.to_owned())).collect();
        assert_eq!(found(source), wanted, "in {source:?}");
    }
}

#[test]
fn eval_is_found_under_every_name() {
    assert_found(&[
        ("eval('1')", &[(1, "eval")]),
        ("\\u0065val('1')", &[(1, "eval")]),
        ("\\u{65}v\\u0061l('1')", &[(1, "eval")]),
        ("(0, eval)('1')", &[(1, "eval")]),
        ("const e = eval;\ne('1')", &[(1, "eval"), (2, "eval")]),
        ("let e;\ne = eval;\ne('1')", &[(2, "eval"), (3, "eval")]),
        ("globalThis.eval('1')", &[(1, "eval")]),
        ("globalThis['eval']('1')", &[(1, "eval")]),
        ("globalThis?.['eval']('1')", &[(1, "eval")]),
        ("globalThis['ev' + 'al']('1')", &[(1, "eval")]),
        ("globalThis[`ev${'al'}`]('1')", &[(1, "eval")]),
        ("const n = 'eval';\nglobalThis[n]('1')", &[(2, "eval")]),
        ("globalThis.globalThis.eval('1')", &[(1, "eval")]),
        ("const g = globalThis;\ng.eval('1')", &[(2, "eval")]),
        ("const { eval: e } = globalThis;\ne('1')", &[(2, "eval")]),
        ("Reflect.get(globalThis, 'eval')('1')", &[(1, "eval")]),
        ("(eval as any)('1')", &[(1, "eval")]),
        ("eval.call(null, '1')", &[(1, "eval")]),
        ("['1'].map(eval)", &[(1, "eval")]),
        ("import vm from 'node:vm'", &[(1, "eval")]),
    ]);
}

#[test]
fn code_from_text_is_found() {
    assert_found(&[
        ("new Function('return 1')()", &[(1, "function")]),
        ("Function('return 1')()", &[(1, "function")]),
        ("const F = Function;\nnew F('x')", &[(1, "function"), (2, "function")]),
        ("Function.call(null, 'x')", &[(1, "function")]),
        ("[].constructor.constructor('return 1')()", &[(1, "constructor")]),
        ("''['constructor']['constructor']('x')", &[(1, "constructor")]),
        ("''['con' + 'structor']['constructor']", &[(1, "constructor")]),
        ("(() => {}).constructor('x')", &[(1, "constructor")]),
        ("(async function () {}).constructor", &[(1, "constructor")]),
        ("const f = () => 1;\nf.constructor('return 1')()", &[(2, "constructor")]),
        ("setTimeout('x()', 1)", &[(1, "string-timer")]),
        ("setInterval(`x(${1})`, 1)", &[(1, "string-timer")]),
        ("const t = 'x()';\nsetTimeout(t)", &[(2, "string-timer")]),
        ("setTimeout('x' + y, 1)", &[(1, "string-timer")]),
        ("globalThis.setTimeout('x()')", &[(1, "string-timer")]),
    ]);
}

#[test]
fn modules_and_processes_are_found() {
    assert_found(&[
        ("await import('fs')", &[(1, "dynamic-import")]),
        ("const m = input;\nawait import(m)", &[(2, "dynamic-import")]),
        ("await import('/workspace/servers/fs/read.js')", &[]),
        ("await import('./servers/fs/index.js')", &[]),
        ("await import('servers/fs')", &[]),
        ("await import('./servers/../../etc/x.js')", &[(1, "dynamic-import")]),
        ("require('fs')", &[(1, "require")]),
        ("require('child_process').execSync('id')", &[(1, "require"), (1, "child-process")]),
        ("import { exec } from 'node:child_process'", &[(1, "child-process")]),
        ("export * from 'child_process'", &[(1, "child-process")]),
        ("await import('node:child_process')", &[(1, "dynamic-import"), (1, "child-process")]),
        ("import cp = require('child_process')", &[(1, "child-process")]),
        ("Deno.run({ cmd: ['id'] })", &[(1, "subprocess")]),
        ("new Deno.Command('id')", &[(1, "subprocess")]),
        ("new Deno['Command']('id')", &[(1, "subprocess")]),
        ("const { Command } = Deno;\nnew Command('id')", &[(2, "subprocess")]),
        ("function f() {\n  d.run({});\n}\nconst d = Deno", &[(2, "subprocess")]),
        ("Bun.spawn(['id'])", &[(1, "subprocess")]),
        ("process.binding('fs')", &[(1, "process-binding")]),
        ("process.mainModule.require('fs')", &[(1, "process-binding")]),
        (
            "process.getBuiltinModule('child_process')",
            &[(1, "child-process"), (1, "process-binding")],
        ),
    ]);
}

#[test]
fn ordinary_programs_are_left_alone() {
    for source in [
        "setTimeout(() => 1, 10)",
        "const f: Function = () => 1; if (f instanceof Function) f()",
        "Function.prototype.toString.call(1)",
        "new this.constructor(1)",
        "x.constructor.name",
        "if (x.constructor === Object) y()",
        "const model = { eval: () => 1 }; model.eval()",
        "function require(x: string) { return x } require('a')",
        "const process = (x: number) => x; process(1)",
        "import { process } from './servers/a/index.js'; process.binding()",
        "const f = (Deno: any) => Deno.run()",
        "console.log('eval(1)') // eval(1)",
        "type A = { Function: Function; eval: typeof x }",
        "process.env.HOME; process.exit(1)",
        "declare const x: number; x + 1",
    ] {
        assert_eq!(found(source), [], "in {source:?}");
    }
}

#[test]
fn a_finding_says_where_and_what() {
    let findings = analysed("const s = 'é'; eval(s)\r\n\teval(s)");
    let places: Vec<_> = findings.iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(places, [(1, 16), (2, 2)]);
    assert_eq!(findings[0].rule, "typescript-eval");
    assert_eq!(findings[0].message, "eval runs text as code; advice only, isolation is the wall");
}

#[test]
fn no_more_is_told_than_a_frame_holds() {
    let findings = analysed(&"eval('1')\n".repeat(10_000));
    assert_eq!(findings.len(), types::MAX_FINDINGS);
}

#[test]
fn deep_and_wide_sources_are_read_to_their_end() {
    // As much stack as a child has.
    let reads = || {
        for source in [
            format!("const x = {}1{}\neval(x)", "(".repeat(1_000), ")".repeat(1_000)),
            format!("const x = 1{}\neval(x)", " + 1".repeat(5_000)),
            format!("const x = a{}\neval(x)", ".a".repeat(5_000)),
            format!("const x = a{}\neval(x)", "['a']".repeat(5_000)),
            format!("const x = a{}\neval(x)", "(1)".repeat(5_000)),
            format!("const x = {}1\neval(x)", "() => ".repeat(1_000)),
            format!("{}eval(x)", "a = ".repeat(5_000)),
        ] {
            let first = analysed(&source).into_iter().next();
            assert_eq!(first.map(|it| it.rule).as_deref(), Some("typescript-eval"));
        }
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(reads).unwrap();
    thread.join().unwrap();
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(source in any::<String>()) {
        analysed(&source);
    }

    #[test]
    fn no_program_of_these_words_makes_it_panic(
        words in proptest::collection::vec(prop::sample::select(vec![
            "eval", "Function", "const ", "import ", "from ", " = ", "(", ")", "[", "]", "'x'", ".",
            "\n", "globalThis", "constructor", "setTimeout", ",", ":", "=> ", "{", "}", "é", "`",
            "${", "\\u0065", "+", "?.", "Deno", "run", "require", ";", "\r", "\\",
        ]), 0..40)
    ) {
        analysed(&words.concat());
    }
}
