//! What stops a program.

use serde_json::json;
use types::LimitKind;

use super::{Case, case};

/// The cases.
pub fn cases() -> Vec<Case> {
    let mut all = time();
    all.extend(vec![
        case(
            "memory beyond the limit ends the program",
            "const hoard: string[] = [];\nfor (;;) hoard.push('x'.repeat(1 << 16) + hoard.length);",
            "hoard = []\nwhile True:\n    hoard.append('x' * (1 << 16) + str(len(hoard)))",
        )
        .fails("MemoryLimitError", &["128 MiB of memory"])
        .reaches(LimitKind::Memory),
        case(
            "memory that is given back is no memory",
            "let sum = 0;\nfor (let i = 0; i < 100; i++) sum += new Uint8Array(8 << 20).length;\nsum",
            "total = 0\nfor i in range(100):\n    total += len(bytearray(8 << 20))\ntotal",
        )
        .gives(json!(838_860_800)),
        case(
            "calls beyond the limit fail and can be caught",
            "let code = '';\ntry {\n  for (let i = 0; i < 300; i++) await callMCPTool('mcp__fake__echo', { text: 'x' });\n} catch (error) { code = (error as McpToolError).code; }\ncode",
            "code = ''\ntry:\n    for i in range(300):\n        call_mcp_tool('mcp__fake__echo', {'text': 'x'})\nexcept McpToolError as error:\n    code = error.code\ncode",
        )
        .may_call(&["mcp__fake__*"])
        .gives(json!("too_many_calls"))
        .reaches(LimitKind::ToolCalls)
        .calls(&[("mcp__fake__echo", 251, 1)]),
    ]);
    all
}

fn time() -> Vec<Case> {
    let stopped = |name, typescript, python| {
        case(name, typescript, python)
            .within(400)
            .fails("TimeoutError", &["did not end within 400 ms"])
            .reaches(LimitKind::Timeout)
    };
    vec![
        stopped("an endless loop is stopped", "while (true) {}", "while True:\n    pass"),
        stopped(
            "what was printed before an endless loop is kept",
            "console.log('so far');\nwhile (true) {}",
            "print('so far')\nwhile True:\n    pass",
        )
        .prints("so far\n"),
        stopped(
            "an endless loop of awaits is stopped",
            "for (;;) { await null; }",
            "import asyncio\nwhile True:\n    await asyncio.sleep(0)",
        ),
        stopped(
            "an endless regular expression is stopped",
            "/^(a+)+$/.test('a'.repeat(64) + '!')",
            "import re\nre.match(r'^(a+)+$', 'a' * 64 + '!')",
        ),
        stopped(
            "a number without an end is stopped",
            "for (;;) 7n ** 20_000n;",
            "7 ** 10 ** 9",
        ),
        stopped(
            "an error that is caught in a loop does not escape the deadline",
            "for (;;) { try { throw new Error('x'); } catch {} }",
            "while True:\n    try:\n        raise Exception('x')\n    except BaseException:\n        pass",
        ),
        stopped(
            "a wait beyond the deadline is stopped with what was printed",
            "console.log('so far');\nawait new Promise((r) => setTimeout(r, 60_000));",
            "import time\nprint('so far')\ntime.sleep(60)",
        )
        .prints("so far\n"),
        stopped(
            "an awaited wait beyond the deadline is stopped with what was printed",
            "console.log('so far');\nawait new Promise((r) => setTimeout(r, 50_000));",
            "import asyncio\nprint('so far')\nawait asyncio.sleep(60)",
        )
        .prints("so far\n"),
        stopped(
            "a call beyond the deadline is told as unfinished",
            "await callMCPTool('mcp__demo__now', {});\nawait callMCPTool('mcp__demo__slow', { ms: 20000 });",
            "call_mcp_tool('mcp__demo__now', {})\ncall_mcp_tool('mcp__demo__slow', {'ms': 20000})",
        )
        .within(400)
        .may_call(&["mcp__demo__*"])
        .calls(&[("mcp__demo__now", 1, 0), ("mcp__demo__slow", 1, 1)]),
    ]
}
