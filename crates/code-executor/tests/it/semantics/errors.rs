//! How a program fails, and what is told of it.

use serde_json::json;
use types::LimitKind;

use super::{Case, case};

/// The cases.
pub fn cases() -> Vec<Case> {
    vec![
        case(
            "an error has its class, its message and the lines it came through",
            "class OrderError extends Error { name = 'OrderError' }\nfunction find(id: number) {\n  throw new OrderError(`no order ${id}`);\n}\nfind(7);",
            "class OrderError(Exception): pass\ndef find(id):\n    raise OrderError(f'no order {id}')\n\nfind(7)",
        )
        .fails("OrderError", &["no order 7"])
        .at_lines(&[3, 5]),
        case(
            "an error in awaited code names its line",
            "async function fail() {\n  await null;\n  throw new RangeError('too far');\n}\nawait fail();",
            "import asyncio\nasync def fail():\n    await asyncio.sleep(0); raise ValueError('too far')\n\nawait fail()",
        )
        .fails_as("RangeError", "ValueError", &["too far"])
        .at_lines(&[3]),
        case(
            "a program that does not parse says where",
            "const fine = 1;\nconst broken = ;\n",
            "fine = 1\nbroken = = 2\n",
        )
        .fails("SyntaxError", &["line 2"]),
        case(
            "an unknown name is an error of the program",
            "missing + 1",
            "missing + 1",
        )
        .fails_as("ReferenceError", "NameError", &["missing"]),
        case(
            "an error that is caught is none",
            "try { throw new Error('x'); } catch (error) { console.log('caught', (error as Error).message); }\n'fine'",
            "try:\n    raise Exception('x')\nexcept Exception as error:\n    print('caught', error)\n'fine'",
        )
        .prints("caught x\n")
        .gives(json!("fine")),
        case(
            "a failure in the background ends the program",
            "Promise.reject(new Error('nobody listens'));",
            "import asyncio\nasync def fail():\n    raise Exception('nobody listens')\nasyncio.get_running_loop().create_task(fail())\nawait asyncio.sleep(0)",
        )
        .fails_as("Error", "Exception", &["nobody listens"]),
        case(
            "what is still running is waited for",
            "setTimeout(() => console.log('at last'), 30);\nconsole.log('main');",
            "import asyncio\nasync def later():\n    await asyncio.sleep(0.03)\n    print('at last')\nasyncio.get_running_loop().create_task(later())\nawait asyncio.sleep(0)\nprint('main')",
        )
        .prints("main\nat last\n"),
        case(
            "a wait that nothing can end is an error at once",
            "console.log('waiting');\nawait new Promise(() => {});",
            "import asyncio\nprint('waiting')\nawait asyncio.get_running_loop().create_future()",
        )
        .prints("waiting\n")
        .fails_as("UnsettledPromiseError", "UnsettledAwaitError", &["nothing can settle"]),
        case(
            "recursion without an end is an error of the program",
            "function again(n: number): number { return again(n + 1) + 1; }\nagain(0);",
            "def again(n):\n    return again(n + 1) + 1\nagain(0)",
        )
        .fails_as("RangeError", "RecursionError", &[])
        .reaches(LimitKind::Stack),
        case(
            "recursion that is caught is none",
            "function again(n: number): number { return again(n + 1) + 1; }\nlet caught = false;\ntry { again(0); } catch { caught = true; }\ncaught",
            "def again(n):\n    return again(n + 1) + 1\ncaught = False\ntry:\n    again(0)\nexcept RecursionError:\n    caught = True\ncaught",
        )
        .gives(json!(true)),
    ]
}
