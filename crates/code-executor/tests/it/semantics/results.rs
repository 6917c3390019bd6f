//! Which value a program gives, and what becomes of one that cannot be given.

use serde_json::json;
use types::LimitKind;

use super::{Case, case};

/// The cases.
pub fn cases() -> Vec<Case> {
    let mut all = values();
    all.extend(refused());
    all
}

fn values() -> Vec<Case> {
    vec![
        case("the last expression is the result", "const six = 6;\nsix * 7", "six = 6\nsix * 7")
            .gives(json!(42)),
        case("a text is a result", "'zwölf ' + '😀'", "'zwölf ' + '😀'").gives(json!("zwölf 😀")),
        case(
            "structures keep their shape and their order",
            "({ b: 1, a: [1, 2.5, true, null, { deep: 'x' }] })",
            "{'b': 1, 'a': [1, 2.5, True, None, {'deep': 'x'}]}",
        )
        .gives(json!({ "b": 1, "a": [1, 2.5, true, null, { "deep": "x" }] })),
        case(
            "a named result goes before the last expression",
            "export default { from: 'name' };\n'not this one';",
            "result = {'from': 'name'}\n'not this one'",
        )
        .gives(json!({ "from": "name" })),
        case(
            "a statement gives no result",
            "let count = 1;\nfor (const n of [1]) { count += n; }",
            "count = 1\nfor n in [1]:\n    count += n",
        ),
        case("an empty program succeeds", "", ""),
        case("comments alone are a program", "// nothing\n", "# nothing\n"),
        case("a byte order mark is no error", "\u{feff}1 + 1", "\u{feff}1 + 1").gives(json!(2)),
        case(
            "top-level await is allowed",
            "const four = await Promise.resolve(4);\nfour + 1",
            "import asyncio\nfour = await asyncio.sleep(0, 4)\nfour + 1",
        )
        .gives(json!(5)),
        case(
            "an awaitable last expression is awaited",
            "async function later() { return { late: true }; }\nlater()",
            "async def later():\n    return {'late': True}\nlater()",
        )
        .gives(json!({ "late": true })),
        case(
            "an awaitable named result is awaited",
            "async function later() { return 7; }\nexport default later();",
            "async def later():\n    return 7\nresult = later()",
        )
        .gives(json!(7)),
        case("sets become lists", "new Set([1, 2, 3])", "{1, 2, 3}").gives(json!([1, 2, 3])),
        case(
            "an error as a value has its name and its message",
            "class Odd extends Error { name = 'Odd' }\n({ error: new Odd('not even') })",
            "class Odd(Exception): pass\n{'error': Odd('not even')}",
        )
        .gives(json!({ "error": { "name": "Odd", "message": "not even" } })),
        case(
            "no number inside a result is too odd for JSON",
            "({ a: NaN, b: Infinity, c: 1e21 })",
            "{'a': float('nan'), 'b': float('inf'), 'c': 1e21}",
        )
        .gives(json!({ "a": null, "b": null, "c": 1e21 })),
        case(
            "instances give their data",
            "class Point { constructor(public x: number, public y: number) {} }\nnew Point(1, 2)",
            "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: int\nPoint(1, 2)",
        )
        .gives(json!({ "x": 1, "y": 2 })),
        case("a result may be large", "'x'.repeat(90_000)", "'x' * 90_000")
            .gives(json!("x".repeat(90_000))),
        case(
            "programs share nothing: the first leaves something behind",
            "(globalThis as any).left = 'behind'; 1",
            "import builtins, sys\nbuiltins.left = 'behind'\nsys.modules['left'] = builtins\n1",
        )
        .gives(json!(1)),
        case(
            "programs share nothing: the second does not find it",
            "typeof (globalThis as any).left === 'undefined'",
            "import builtins, sys\nnot hasattr(builtins, 'left') and 'left' not in sys.modules",
        )
        .gives(json!(true)),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case(
            "a cycle as the last expression is left out",
            "const ring: any = {}; ring.self = ring;\nring",
            "ring = {}\nring['self'] = ring\nring",
        )
        .leaves_out("cycl"),
        case(
            "a cycle as a named result fails",
            "const ring: any = {}; ring.self = ring;\nexport default ring;",
            "result = {}\nresult['self'] = result",
        )
        .fails("ResultError", &["the result cannot be JSON", "cycl"]),
        case("a function as the last expression is left out", "() => 1", "lambda: 1")
            .leaves_out("function"),
        case(
            "what was done before a result is left out is done",
            "console.log('done');\nconst ring: any[] = []; ring.push(ring);\nring",
            "print('done')\nring = []\nring.append(ring)\nring",
        )
        .prints("done\n")
        .leaves_out("cycl"),
        case(
            "a last expression beyond the limit is left out with both sizes",
            "'x'.repeat(200_000)",
            "'x' * 200_000",
        )
        .leaves_out("the result is 200002 bytes of JSON, 100000 is the limit")
        .reaches(LimitKind::Result),
        case(
            "a named result beyond the limit fails with both sizes",
            "export default 'x'.repeat(200_000);",
            "result = 'x' * 200_000",
        )
        .fails("ResultError", &["the result is 200002 bytes of JSON, 100000 is the limit"])
        .reaches(LimitKind::Result),
    ]
}
