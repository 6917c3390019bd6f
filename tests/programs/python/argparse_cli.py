# features: argparse; oracle: cpython
import argparse
import io
import contextlib

parser = argparse.ArgumentParser(prog="tool", description="Process files.")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("--format", choices=["json", "csv"], default="json")
sub = parser.add_subparsers(dest="command", required=True)
run = sub.add_parser("run", help="run a job")
run.add_argument("name")
run.add_argument("files", nargs="*")
run.add_argument("-n", "--count", type=int, default=1)
run.add_argument("--dry-run", action="store_true")
run.add_argument("--tag", action="append", default=[])
print(parser.parse_args(["-vv", "run", "job", "a.txt", "b.txt", "-n", "3", "--tag", "x", "--tag=y"]))
args = parser.parse_args(["--format", "csv", "run", "solo", "--dry-run"])
print(args.name, args.files, args.dry_run, vars(args)["format"])
for bad in (["run"], ["--format", "xml", "run", "x"], ["run", "x", "-n", "many"], ["nope"]):
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        try:
            parser.parse_args(bad)
        except SystemExit as stop:
            print("exit", stop.code, "error:" in err.getvalue())
known, rest = parser.parse_known_args(["run", "x", "--other"])
print(known.name, rest)
group = argparse.ArgumentParser(prog="g").add_mutually_exclusive_group()
group.add_argument("--a", action="store_const", const=1)
print(argparse.Namespace(x=1))
