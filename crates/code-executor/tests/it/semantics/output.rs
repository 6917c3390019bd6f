//! What a program prints, and how much of it is kept.

use serde_json::json;
use types::LimitKind;

use super::{Case, case};

/// The cases.
pub fn cases() -> Vec<Case> {
    vec![
        case("lines are printed", "console.log('two');\nconsole.log(2);", "print('two')\nprint(2)")
            .prints("two\n2\n"),
        case(
            "both streams are kept in order",
            "console.log('out'); console.error('err'); console.log('out again');",
            "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
        )
        .prints("out\nerr\nout again\n"),
        case("values are parted by a space", "console.log('a', 1, 'b');", "print('a', 1, 'b')")
            .prints("a 1 b\n"),
        case("text is text", "console.log('é 日本 😀');", "print('é 日本 😀')")
            .prints("é 日本 😀\n"),
        case(
            "a lone surrogate does no harm",
            "console.log('lone \\ud800 here'.length);",
            "text = 'lone \\ud800 here'\nprint(len(text))",
        )
        .prints("11\n"),
        case(
            "what was printed before an error is kept",
            "console.log('before');\nthrow new TypeError('wrong');",
            "print('before')\nraise TypeError('wrong')",
        )
        .prints("before\n")
        .fails("TypeError", &["wrong"]),
        case(
            "what is printed after a wait keeps its place",
            "console.log(1);\nawait new Promise((r) => setTimeout(r, 20));\nconsole.log(2);",
            "import asyncio\nprint(1)\nawait asyncio.sleep(0.02)\nprint(2)",
        )
        .prints("1\n2\n"),
        case(
            "output beyond the limit is cut and the program goes on",
            "for (let i = 0; i < 2000; i++) console.log('x'.repeat(1023));\n'went on'",
            "for i in range(2000):\n    print('x' * 1023)\n'went on'",
        )
        .prints((("x".repeat(1023)) + "\n").repeat(100))
        .gives(json!("went on"))
        .reaches(LimitKind::Output),
        case(
            "output is cut between characters",
            "console.log('x' + 'é'.repeat(100_000));\n'went on'",
            "print('x' + 'é' * 100_000)\n'went on'",
        )
        .prints("x".to_owned() + "é".repeat(51_199).as_str())
        .gives(json!("went on"))
        .reaches(LimitKind::Output),
    ]
}
