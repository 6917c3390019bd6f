//! What models write becomes what the engine runs.

use super::*;

fn transpiled(source: &str) -> Result<Transpiled, SyntaxError> {
    transpile(source, DangerousPatterns::Off)
}

fn code(source: &str) -> String {
    transpiled(source).unwrap().code
}

#[test]
fn types_go_and_values_stay() {
    let source = "import type { A } from './a';\ninterface B { x: number }\n\
        enum Color { Red, Green = 'g' }\nnamespace N { export const y = 1 }\n\
        const z = ({ x: 1 } satisfies B).x as number;\nconsole.log(Color.Red, N.y, z!);";
    let code = code(source);
    assert!(!code.contains("import"), "{code}");
    assert!(!code.contains("interface") && !code.contains("satisfies"), "{code}");
    assert!(code.contains("export default console.log(Color.Red, N.y, z)"), "{code}");
}

#[test]
fn the_last_expression_is_the_value() {
    assert_eq!(transpiled("const a = 1;\na + 1;;").unwrap().value, ValueFrom::LastExpression);
    assert_eq!(transpiled("return 5").unwrap().value, ValueFrom::LastExpression);
    assert_eq!(transpiled("export default 5").unwrap().value, ValueFrom::ExportDefault);
    assert_eq!(transpiled("const a = 1").unwrap().value, ValueFrom::Nothing);
    assert_eq!(transpiled("").unwrap().value, ValueFrom::Nothing);
    assert!(code("(function () { return 1 })()").contains("export default (function"));
    assert!(code("({ a: 1 })").contains("export default {"));
}

#[test]
fn a_syntax_error_names_line_column_and_shows_the_line() {
    let error = transpiled("const a = 1;\nconst é = = 2;").unwrap_err();
    assert!(error.message.contains("(line 2, column 11)"), "{}", error.message);
    assert!(error.message.contains("  const é = = 2;\n            ^"), "{}", error.message);
    assert_eq!(error.frame, "    at program.ts:2:11");
}

#[test]
fn positions_lead_back_to_the_users_lines() {
    let source = "interface A {\n  x: number;\n}\n\n\nfunction f(a: A) {\n  throw new Error('x');\n}\nf({ x: 1 });";
    let line = 1 + code(source).lines().position(|line| line.contains("throw")).unwrap();
    let positions = Positions::of(source, None).unwrap();
    let line = u32::try_from(line).unwrap();
    assert_eq!(positions.original(line, 8, "").map(|(line, _)| line), Some(7));
}

/// The place the engine gives for the one call (or construction) of `name`.
fn place_of(code: &str, name: &str) -> (u32, u32) {
    let calls = calls::Calls::of(code);
    let found = (0..u32::try_from(code.len()).unwrap())
        .find(|&offset| calls.at(offset).iter().any(|call| call.name == name));
    let before = &code[..found.unwrap() as usize];
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
    (u32::try_from(before.matches('\n').count() + 1).unwrap(), u32::try_from(column).unwrap())
}

// The places are what the engine gave for these very programs.
#[test]
fn calls_are_found_by_the_engines_place() {
    assert_eq!(place_of("told(() => o.foo());", "foo"), (1, 14));
    assert_eq!(place_of("told(() => o.foo(String(1)));", "foo"), (1, 18));
    assert_eq!(place_of("told(() => o.foo(1, 2));", "foo"), (1, 14));
    let calls = calls::Calls::of("f(g(x), 1);");
    let names: Vec<&str> = calls.at(4).iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["g", "f"], "both have the place of the last name in their arguments");
}

#[test]
fn only_javascript_is_left_as_it_is() {
    let plain = |source: &str| {
        let allocator = Allocator::default();
        plain::is_javascript(&parse(&allocator, source).unwrap())
    };
    for source in [
        "const a = await f(1, { b: [2] }); for (const x of a) console.log(`${x}`);",
        "class A extends B { #x = 1; static y; get z() { return this.#x; } static {} }",
        "export default async function* g(a, { b = 1, ...c }, ...d) { yield a ?? b?.c; }",
        "export const x = 1; label: for (;;) { break label; }",
    ] {
        assert!(plain(source), "{source}");
    }
    for source in [
        "const a: number = 1",
        "let a!: number",
        "declare const a",
        "f<T>(1)",
        "f < T > (1)",
        "new Map<A, B>()",
        "f<T>`x`",
        "const g = f<T>;",
        "a!.b",
        "a as b",
        "<T>a",
        "a satisfies T",
        "enum E {}",
        "const enum E {}",
        "namespace N {}",
        "interface I {}",
        "type T = 1",
        "abstract class A {}",
        "class A<T> {}",
        "class A implements B {}",
        "class A extends B<C> {}",
        "class A { private x }",
        "class A { x?; }",
        "class A { readonly x = 1 }",
        "class A { declare x }",
        "class A { override m() {} }",
        "class A { m?() {} }",
        "class A { m(): void {} }",
        "class A { m(); m(x) {} }",
        "class A { constructor(private x) {} }",
        "class A { accessor x = 1 }",
        "class A { [k: string]: any }",
        "@d class A {}",
        "class A { @d m() {} }",
        "class A { m(@d x) {} }",
        "function f(this: A) {}",
        "function f(x?) {}",
        "function f(); function f(x) {}",
        "declare function f()",
        "const f = (x): x is string => true",
        "try {} catch (e: unknown) {}",
        "import { A } from './a'",
        "import type { A } from './a'",
        "export type { A }",
        "export { a } from './a'",
        "export type T = 1",
        "export enum E {}",
        "export = 1",
        "import x = require('y')",
        "declare module 'm' {}",
        "for (const x of y as any) {}",
        "const { a }: B = c",
    ] {
        assert!(!plain(source), "{source}");
    }
}

#[test]
fn dangerous_patterns_are_found_where_that_is_asked_for() {
    let findings = |patterns| transpile("const a = 1;\neval('a')", patterns).unwrap().findings;
    assert_eq!(findings(DangerousPatterns::Off), []);
    for patterns in [DangerousPatterns::Warn, DangerousPatterns::Block] {
        let found = findings(patterns);
        assert_eq!((found[0].rule.as_str(), found[0].line), ("typescript-eval", 2));
    }
}
