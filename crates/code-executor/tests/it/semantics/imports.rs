//! Tools as functions that are imported: under which names, what they give, and that they are calls
//! like any other.

use serde_json::json;

use super::{Case, case};

const DEMO: &[&str] = &["mcp__demo__*"];
const ODD: &[&str] = &["mcp__odd__*"];
const NOTE: &str = "mcp__demo__get_note";
const HEALTH: &str = "mcp__code-executor__health";

/// The cases.
pub fn cases() -> Vec<Case> {
    let mut all = ways();
    all.extend(answers());
    all.extend(names());
    all.extend(refused());
    all.extend(found());
    all.extend(hostile());
    all
}

fn ways() -> Vec<Case> {
    vec![
        case(
            "every way to import a tool gives the same function",
            "import { get_note } from './servers/demo/get_note.js';\nimport theDefault from '/workspace/servers/demo/get_note.ts';\nimport { get_note as ofIndex } from './servers/demo/index.js';\nimport * as demo from 'servers/demo';\nconst { get_note: later } = await import('./servers/demo/get_note');\n[(await get_note({ id: 7 })).id, [theDefault, ofIndex, demo.get_note, later].every((it) => it === get_note)]",
            "from servers.demo import get_note\nfrom servers.demo.get_note import get_note as of_module\nimport servers.demo as demo\nimport servers\nimport importlib\nlater = importlib.import_module('servers.demo').get_note\n[get_note({'id': 7})['id'], all(it is get_note for it in (of_module, demo.get_note, servers.demo.get_note, later))]",
        )
        .may_call(DEMO)
        .gives(json!([7, true]))
        .calls(&[(NOTE, 1, 0)]),
        case(
            "imported functions run at the same time",
            "import { get_note } from './servers/demo/get_note.js';\nconst notes = await Promise.all([1, 2, 3].map((id) => get_note({ id })));\nnotes.map((note) => note.id)",
            "import asyncio\nfrom servers.demo import get_note, get_note_async\nnotes = await asyncio.gather(get_note(id=1), get_note_async(id=2), get_note({'id': 3}))\n[note['id'] for note in notes]",
        )
        .may_call(DEMO)
        .gives(json!([1, 2, 3]))
        .calls(&[(NOTE, 3, 0)]),
        case(
            "our own health can be imported",
            "import { health } from './servers/code-executor/health.js';\nimport { health as same } from './servers/code_executor/index.js';\n[(await health()).healthy, health === same]",
            "from servers.code_executor import health\nimport servers.code_executor.health\n[health()['healthy'], servers.code_executor.health is health]",
        )
        .may_call(&[HEALTH])
        .gives(json!([true, true]))
        .calls(&[(HEALTH, 1, 0)]),
    ]
}

fn answers() -> Vec<Case> {
    vec![
        case(
            "a function gives the structured value, or the value a text is JSON of",
            "import * as odd from './servers/odd/index.js';\n[await odd.json(), await odd.list({}), await odd.both({ path: 'x' }), await odd.nothing()]",
            "import servers.odd as odd\n[odd.json(), odd.list({}), odd.both(path='x'), odd.nothing()]",
        )
        .may_call(ODD)
        .gives(json!([{"a": [1, 2]}, [1, "two", null], {"notes": 2}, null]))
        .calls(&[
            ("mcp__odd__json", 1, 0),
            ("mcp__odd__list", 1, 0),
            ("mcp__odd__both", 1, 0),
            ("mcp__odd__nothing", 1, 0),
        ]),
        case(
            "what is no JSON of an object or a list stays what it is",
            "import { broken, deep, blocks } from 'servers/odd';\n[await broken(), (await deep()).length, (await blocks())[1].type, typeof (await callMCPTool('mcp__odd__json'))]",
            "from servers.odd import broken, deep, blocks\nkinds = {str: 'string'}\n[broken(), len(deep()), blocks()[1]['type'], kinds[type(call_mcp_tool('mcp__odd__json'))]]",
        )
        .may_call(ODD)
        .gives(json!(["{\"a\": [1, 2}", 4000, "image", "string"]))
        .calls(&[
            ("mcp__odd__broken", 1, 0),
            ("mcp__odd__deep", 1, 0),
            ("mcp__odd__blocks", 1, 0),
            ("mcp__odd__json", 1, 0),
        ]),
        case(
            "a tool's error is an error of the function, in the line that called it",
            "import { fail } from './servers/odd/fail.js';\n\nasync function outer() {\n  return fail({ path: 'x' });\n}\nawait outer();",
            "from servers.odd import fail\n\ndef outer():\n    return fail(path='x')\n\nouter()",
        )
        .may_call(ODD)
        .fails("McpToolError", &["{\"no\": 1}"])
        .at_lines(&[4, 6])
        .calls(&[("mcp__odd__fail", 1, 1)]),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case(
            "tools that would have one name are both there, and words that mean something get a line",
            "import * as odd from './servers/odd/index.js';\nimport { delete_ } from './servers/odd/delete_.js';\nimport { index_ } from './servers/odd/index_.js';\nconst files = Object.keys(odd).filter((name) => name.startsWith('read_file'));\nconst said = new Set(await Promise.all(files.map((name) => odd[name]())));\n[files.length, said.size, await delete_(), await index_(), await odd.constructor()]",
            "import servers.odd as odd\nfrom servers.odd import delete_, index_\nfiles = [name for name in odd.__all__ if name.startswith('read_file') and not name.endswith('_async')]\nsaid = {getattr(odd, name)() for name in files}\n[len(files), len(said), delete_(), index_(), odd.constructor()]",
        )
        .may_call(ODD)
        .gives(json!([2, 2, "called delete", "called index", "called constructor"]))
        .calls(&[
            ("mcp__odd__read-file", 1, 0),
            ("mcp__odd__read_file_dd32cdf50e", 1, 0),
            ("mcp__odd__delete", 1, 0),
            ("mcp__odd__index", 1, 0),
            ("mcp__odd__constructor", 1, 0),
        ]),
        case(
            "no name of a tool or a server hides another",
            "import * as odd from './servers/odd/index.js';\nimport found, { all, main, find } from './servers/find/index.js';\nimport { begin } from './servers/begin/begin.js';\nimport { 'read-file' as read, delete as remove, default as index, '__proto__' as proto } from './servers/odd/index.js';\nimport { default_ } from './servers/odd/default_.js';\nconst said = [odd._names, odd.name, odd.tools, all, main, find, begin, default_, read, remove, proto].map((tool) => tool());\n[await Promise.all(said), found.all === all, index.delete_ === remove, odd.find === find]",
            "import servers, servers.odd as odd, servers.find\nfrom servers import find as found\nfrom servers.begin.begin import begin\nfrom servers.find import all, main, find\nread = getattr(odd, 'read-file')\nsaid = [tool() for tool in (odd._names, odd.name, odd.tools, all, main, find, begin, odd.default_, read, getattr(odd, 'delete'), getattr(odd, '__proto___'))]\n[said, found.all is all, servers.begin.begin is begin, odd.find is find]",
        )
        .may_call(&["mcp__odd__*", "mcp__find__*", "mcp__begin__*"])
        .gives(json!([
            [
                "called _names",
                "called name",
                "called tools",
                "called all",
                "called main",
                "called find",
                "called begin",
                "called default",
                "called read-file",
                "called delete",
                "called __proto__",
            ],
            true,
            true,
            false,
        ]))
        .calls(&[
            ("mcp__odd___names", 1, 0),
            ("mcp__odd__name", 1, 0),
            ("mcp__odd__tools", 1, 0),
            ("mcp__find__all", 1, 0),
            ("mcp__find__main", 1, 0),
            ("mcp__find__find", 1, 0),
            ("mcp__begin__begin", 1, 0),
            ("mcp__odd__default", 1, 0),
            ("mcp__odd__read-file", 1, 0),
            ("mcp__odd__delete", 1, 0),
            ("mcp__odd____proto__", 1, 0),
        ]),
        case(
            "a server of any name has a folder, and every folder is listed",
            "import { listServers } from './servers/discovery.js';\nimport * as mine from './servers/my_odd_files/index.js';\nimport { both } from './servers/my odd files/both.js';\n[await listServers(), both === mine.both]",
            "import servers\nimport servers.my_odd_files as mine\nfrom servers.my_odd_files.both import both\n[servers.list_servers(), both is mine.both]",
        )
        .gives(json!([["begin", "demo", "everything", "find", "my_odd_files", "odd"], true])),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case(
            "importing is free, calling is not",
            "import { get_note } from './servers/demo/get_note.js';\nlet code = '';\ntry { await get_note({ id: 1 }); } catch (error) { code = (error as McpToolError).code; }\ncode",
            "from servers.demo import get_note\ntry:\n    get_note(id=1)\nexcept McpToolError as error:\n    code = error.code\ncode",
        )
        .may_call(&["mcp__demo__list_notes"])
        .gives(json!("tool_not_allowed"))
        .calls(&[(NOTE, 1, 1)]),
        case(
            "arguments of a function are checked before the call",
            "import { get_note } from './servers/demo/get_note.js';\nlet told = '';\ntry { await get_note({ idd: 1 }); } catch (error) { told = (error as McpToolError).code; }\ntold",
            "from servers.demo import get_note\ntry:\n    get_note(idd=1)\nexcept McpToolError as error:\n    told = error.code\ntold",
        )
        .may_call(DEMO)
        .gives(json!("invalid_arguments"))
        .calls(&[(NOTE, 1, 1)]),
        case(
            "arguments of the wrong kind are an error of the program",
            "import { get_note } from './servers/demo/get_note.js';\nawait get_note(7 as any);",
            "from servers.demo import get_note\nget_note(7)",
        )
        .may_call(DEMO)
        .fails("TypeError", &["get_note(...) needs"]),
        case(
            "a tool that is not there is told with the nearest, before anything runs",
            "console.log('began');\nimport { get_nte } from './servers/demo/get_nte.js';\nget_nte();",
            "from servers.demo import get_nte\nprint('began')",
        )
        .fails_as("McpToolError", "ImportError", &["cannot import", "the nearest is get_note"]),
        case(
            "so is one that the module of its server lacks",
            "import { get_note, get_nte } from './servers/demo/index.js';\n[get_note, get_nte];",
            "import servers.demo.get_nte",
        )
        .fails_as("McpToolError", "ImportError", &["no tool get_nte", "the nearest is get_note"]),
        case(
            "and a server that is not there",
            "const caught = await import('./servers/dmo/get_note.js').catch((error) => error);\nconsole.log(caught.message.includes('the nearest is demo'), caught.message.includes('discovery.js'));",
            "import importlib\ntry:\n    importlib.import_module('servers.dmo')\nexcept ImportError as error:\n    print(str('the nearest is demo' in str(error)).lower(), str('list_servers' in str(error)).lower())",
        )
        .prints("true true\n"),
    ]
}

fn found() -> Vec<Case> {
    vec![
        case(
            "tools are listed with what imports them",
            "import { listTools, searchTools } from './servers/discovery.js';\nconst tools = await listTools('odd');\nconst deleting = tools.find((tool) => tool.name === 'mcp__odd__delete');\nconst [best] = await searchTools('note by its id', { server: 'demo', limit: 1, detail: 'name' });\n[tools.length, deleting.function, deleting.callable, best.function, Object.keys(best).includes('signature')]",
            "import servers\ntools = servers.list_tools('odd')\ndeleting = next(tool for tool in tools if tool['name'] == 'mcp__odd__delete')\n[best] = servers.search_tools('note by its id', server='demo', limit=1, detail='name')\n[len(tools), deleting['function'], deleting['callable'], best['function'], 'signature' in best]",
        )
        .may_call(DEMO)
        .gives(json!([23, "delete_", false, "get_note", false])),
        case(
            "what is found can be imported as it is told",
            "import { searchTools } from './servers/discovery.js';\nconst [{ module, function: name }] = await searchTools('note by its id', { server: 'demo', limit: 1 });\n(await (await import(module))[name]({ id: 3 })).id",
            "import importlib, servers\n[best] = servers.search_tools('note by its id', server='demo', limit=1)\ngetattr(importlib.import_module(best['module']), best['function'])(id=3)['id']",
        )
        .may_call(DEMO)
        .gives(json!(3))
        .calls(&[(NOTE, 1, 0)]),
    ]
}

fn hostile() -> Vec<Case> {
    vec![
        case(
            "a program that breaks its own world imports no more than there is",
            "Object.defineProperty(Object.prototype, 'get_note', { set() {}, get() { return 'mine'; }, configurable: true });\nObject.prototype.server = 'odd';\nObject.prototype.functions = [{ function: 'evil', name: 'mcp__odd__fail' }];\nArray.prototype.map = () => [['evil', 'mcp__odd__fail']];\nconst all = await import('./servers/demo/list_notes.js').catch((error) => ({ error }));\nlet code = 'none';\ntry { await Object.values(all)[0]({}); } catch (error) { code = (error as McpToolError).code; }\nconsole.log(code);",
            "import sys, builtins\nsys.modules['servers'] = None\nsys.meta_path.clear()\ntry:\n    import servers.demo\nexcept ImportError:\n    pass\nfrom code_executor import call_mcp_tool as call\ntry:\n    call('mcp__odd__fail')\nexcept McpToolError as error:\n    print(error.code)",
        )
        .may_call(&["mcp__demo__get_note"])
        .prints("tool_not_allowed\n")
        .calls(&[("mcp__odd__fail", 1, 1)]),
        case(
            "no file is imported, whatever its name says",
            "const names = ['./servers/../../etc/passwd', '/workspace/servers/../secret.js', './servers/demo/../../x', 'file:///etc/passwd', './servers/demo/%2e%2e/x', './servers/\\u0000/x.js', './servers/' + 'x'.repeat(100_000)];\nconst caught = await Promise.all(names.map((name) => import(name).then(() => 'imported', () => 'refused')));\ncaught.every((it) => it === 'refused')",
            "import importlib\nnames = ['servers...etc.passwd', 'servers.demo..x', 'servers.\\0', 'servers.' + 'x' * 100_000, 'servers.demo.get_note.more']\ndef refused(name):\n    try:\n        importlib.import_module(name)\n    except (ImportError, ValueError):\n        return True\nall(refused(name) for name in names)",
        )
        .gives(json!(true)),
    ]
}
