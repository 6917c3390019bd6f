"""The package `servers`: what can be imported of it, how its functions are called, what they tell."""

import unittest

from harness import DISCOVER, MODULE, RESOURCE, SEARCH, SERVERS, TYPED, ToolFailed, run

TOOLS = {
    "read_file": ("read_file_async", "mcp__fs__read_file"),
    "list_": ("list__async", "mcp__fs__list"),
}


def host(op, request):
    """A host with one server, whose tools answer what they were given."""
    if op == SERVERS:
        return ["fs"]
    if op == MODULE:
        return module(**request)
    if op == TYPED:
        if request["name"].endswith("list"):
            raise ToolFailed("tool_error", "it failed", server="fs", tool=request["name"])
        return {"called": request["name"], **request["arguments"]}
    return {"op": op, **request}


def module(server, tool):
    if server != "fs":
        raise ToolFailed("tool_not_found", f"no server is called {server}; the nearest is fs")
    if tool is not None and tool not in TOOLS:
        near = f"server fs has no tool {tool}; the nearest is read_file"
        raise ToolFailed("tool_not_found", near, server="fs")
    functions = []
    for function in TOOLS if tool is None else [tool]:
        awaited, name = TOOLS[function]
        told = {"function": function, "awaited": awaited, "name": name}
        if tool is not None:
            told["help"] = {
                "description": "Reads a file.",
                "signature": name + "({path: str}) -> str",
                "parameters": [
                    {"name": "path", "required": True, "type": "str"},
                    {"name": "class", "required": False, "type": "str"},
                    {"name": "head", "required": False, "type": "int"},
                ],
            }
        functions.append(told)
    return {"server": "fs", "folder": "fs", "functions": functions, "more": 0}


class Servers(unittest.TestCase):
    def result_of(self, source):
        outcome = run(source, host)
        self.assertIsNone(outcome.error)
        return outcome.result

    def error_of(self, source):
        return run(source, host).error

    def test_every_way_to_import_gives_the_same_function(self):
        source = """
from servers.fs import read_file
from servers.fs.read_file import read_file as same
import servers.fs as fs
import servers
from servers import fs as again
import servers.fs.read_file
assert read_file is same is fs.read_file is servers.fs.read_file is again.read_file
read_file(path="/a")
"""
        self.assertEqual(self.result_of(source), {"called": "mcp__fs__read_file", "path": "/a"})

    def test_arguments_are_given_by_keyword_or_as_a_dict(self):
        begin = "from servers.fs import read_file\n"
        self.assertEqual(self.result_of(begin + "read_file({'path': '/a'}, head=2)['head']"), 2)
        self.assertEqual(self.result_of(begin + "read_file(args=1)['args']"), 1)
        error = self.error_of(begin + "read_file('/a')")
        self.assertEqual(error["type"], "TypeError")
        self.assertIn("read_file(...) needs its arguments by keyword", error["message"])

    def test_the_same_function_works_awaited(self):
        source = """
import asyncio, servers.fs
from servers.fs import read_file, read_file_async
both = await asyncio.gather(read_file(path="1"), read_file_async(path="2"))
one = await read_file(path="3")
other = await servers.fs.read_file(path="4")
kept = read_file(path="5")
[each["path"] for each in [*both, one, other, await kept]]
"""
        self.assertEqual(self.result_of(source), ["1", "2", "3", "4", "5"])

    def test_calls_run_at_the_same_time(self):
        outcome = run(
            "import asyncio\nfrom servers.fs import read_file\n"
            "len(await asyncio.gather(*(read_file(path=str(n)) for n in range(20))))",
            host,
        )
        self.assertEqual(outcome.result, 20)
        asked = [op for op, _ in outcome.requests]
        self.assertEqual(asked.count(MODULE), 2, "the package, and one function")

    def test_a_failure_is_told_at_the_programs_own_line(self):
        error = self.error_of("from servers.fs import list_\n\nlist_()")
        self.assertEqual((error["type"], error["message"]), ("McpToolError", "it failed"))
        self.assertIn('"program.py", line 3', error["stack"])
        self.assertNotIn("code_executor", error["stack"])

    def test_what_is_not_there_is_told_with_the_nearest(self):
        for source, parts in [
            ("import servers.fz", ["cannot import servers.fz", "the nearest is fs"]),
            ("from servers import fz", ["the nearest is fs"]),
            ("from servers.fs import read_fil", ["no tool read_fil", "the nearest is read_file"]),
            ("import servers.fs.read_fil", ["the nearest is read_file"]),
            ("from servers.fs.read_file import readFile", ["readFile", "servers.fs.read_file"]),
            ("import servers.fs.read_file.more", ["servers.fs.read_file"]),
        ]:
            with self.subTest(source):
                error = self.error_of(source)
                self.assertIn(error["type"], ("ImportError", "ModuleNotFoundError"))
                for part in parts:
                    self.assertIn(part, error["message"])
        error = self.error_of("import servers.fs\nservers.fs.read_fil()")
        self.assertEqual(error["type"], "AttributeError")
        self.assertIn("the nearest is read_file", error["message"])
        self.assertFalse(self.result_of("import servers.fs\nhasattr(servers.fs, 'nothing')"))

    def test_help_is_made_of_the_schema(self):
        source = """
import inspect
from servers.fs import read_file
print(inspect.signature(read_file))
print(read_file.__doc__)
print(read_file.__module__, read_file.__name__)
help(read_file)
"""
        printed = run(source, host).output
        first = "(args=None, /, *, path: str, head: int = ..., **arguments)\nReads a file.\n"
        self.assertTrue(printed.startswith(first), printed)
        self.assertIn("servers.fs read_file\n", printed)
        self.assertIn("read_file(args=None, /, *, path: str", printed)

    def test_a_package_lists_what_it_has(self):
        source = """
import servers, servers.fs
from servers.fs import *
[servers.list_servers(), servers.fs.__all__, "read_file" in dir(servers.fs), "fs" in dir(servers),
 callable(list_), servers.fs.__doc__]
"""
        names = ["read_file", "read_file_async", "list_", "list__async"]
        told = [["fs"], names, True, True, True, "The tools of the MCP server fs."]
        self.assertEqual(self.result_of(source), told)

    def test_tools_and_servers_may_have_any_name(self):
        names = ["find", "begin", "_names", "all", "name", "tools", "main", "self", "__proto___",
                 "_Server", "exec_module", "__init_"]

        def host(op, request):
            if op == SERVERS:
                return ["find", "begin", "mro"]
            if op == TYPED:
                return request["name"]
            wanted = names if request["tool"] is None else [request["tool"]]
            help = {"description": "", "signature": "", "parameters": []}
            functions = [
                {"function": name, "awaited": name + "_async", "name": "mcp__x__" + name, "help": help}
                for name in wanted
            ]
            return {"server": "x", "folder": "x", "functions": functions, "more": 0}

        begin = f"names, told = {names!r}, {['mcp__x__' + name for name in names]!r}\n"
        for server in ("find", "begin", "mro"):
            for source in [
                f"import servers.{server}\nfrom servers import {server} as package\n",
                f"import servers\npackage = servers.{server}\nassert package is not servers\n",
            ]:
                with self.subTest(source):
                    asked = "[getattr(package, name)() for name in names] == told"
                    self.assertTrue(run(begin + source + asked, host).result)
                    asked = "[await getattr(package, name + '_async')() for name in names] == told"
                    self.assertTrue(run(begin + source + asked, host).result)
            source = f"from servers.{server} import *\n[globals()[name]() for name in names] == told"
            self.assertTrue(run(begin + source, host).result)
            source = (
                f"import importlib\nmodules = ['servers.{server}.' + name for name in names]\n"
                "modules = [importlib.import_module(name) for name in modules]\n"
                "[getattr(module, name)() for module, name in zip(modules, names)] == told"
            )
            self.assertTrue(run(begin + source, host).result)

    def test_tools_are_listed_and_found(self):
        outcome = run(
            "import servers\n"
            "[servers.list_tools('fs'), await servers.search_tools('read', server='fs', limit=2)]",
            host,
        )
        listed, found = outcome.result
        self.assertEqual((listed["op"], listed["server"], listed["importable"]), (DISCOVER, "fs", True))
        self.assertEqual((found["op"], found["limit"], found["detail"]), (SEARCH, 2, "description"))

    def test_resources_and_prompts_are_asked_for(self):
        outcome = run(
            "[list_resources(), await read_resource('fs', 'file:///a'), "
            "get_prompt('fs', 'sum', {'a': '1'}, b='2')]",
            host,
        )
        self.assertEqual(outcome.result[1], {"op": RESOURCE, "server": "fs", "uri": "file:///a"})
        self.assertEqual(outcome.result[2]["arguments"], {"a": "1", "b": "2"})
        error = self.error_of("read_resource('fs', None)")
        self.assertEqual(error["type"], "TypeError")

    def test_nothing_else_of_that_name_is_imported(self):
        source = """
import os, sys
with open("servers.py", "w") as file:
    file.write("raise RuntimeError('not ours')")
sys.path.insert(0, os.getcwd())
import servers
servers.list_servers()
"""
        self.assertEqual(self.result_of("import os, tempfile\nos.chdir(tempfile.mkdtemp())" + source), ["fs"])

    def test_nothing_is_asked_of_a_host_by_a_program_that_imports_nothing(self):
        self.assertEqual(run("1 + 1", host).requests, [])


if __name__ == "__main__":
    unittest.main()
