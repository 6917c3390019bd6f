//! Programs of one session, one after another, in an engine of their own.

mod host;

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
    assert!(host.run("write(5)").error().contains("read-only"));
    assert_eq!(host.value("var x = 3; write(4); [x, read()]"), json!([4, 4]));
    assert!(host.run("later()").error().contains("helper is not defined"));
    assert_eq!(host.value("function helper(v) { return v * 2 } later()"), json!(8));
    assert_eq!(host.value("const helper = (v) => v * 3; later()"), json!(12));
    host.value("function count() { return ++counter }");
    assert!(host.run("count()").error().contains("counter is not defined"));
    assert_eq!(host.value("let counter = 0; count(); count(); counter"), json!(2));
}
