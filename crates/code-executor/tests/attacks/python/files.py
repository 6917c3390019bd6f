# Files under a grant: {{GRANT_DIR}} may be read and written, and holds links that lead out of it.

#: FILE-201-out-of-the-grant
#: source CWE-22, CWE-59; CVE-2025-53109 and CVE-2025-53110 (filesystem MCP server)
#: expect no spelling of a path leads out of the granted directory
if open('{{GRANT_DIR}}/file.txt').read() != 'hello': raise NameError('what is granted cannot be read: the case proves nothing')
secret, far = '{{CANARY_DIR}}/secret.txt', '/..' * 20
for path in (secret, '{{GRANT_DIR}}' + far + secret, '{{GRANT_DIR}}/out/secret.txt', '{{GRANT_DIR}}/secret', '{{GRANT_DIR}}/up' + far + secret,
             '/proc/self/root' + secret, '{{AUDIT_PATH}}', '{{GRANT_DIR}}/../config.json', '{{GRANT_DIR}}/../mcp.json', '{{GRANT_DIR}}/../granted-beside/file.txt'):
    for mode in ('r', 'rb', 'a', 'r+'):
        attempt("open %s %s" % (mode, path), lambda: open(path, mode).read())
for path in ('{{CANARY_DIR}}', '{{GRANT_DIR}}/out'):
    attempt("listed " + path, os.listdir, path)
# What lies above may be seen to lead there, and no more.
for path in ('{{GRANT_DIR}}/..', '{{GRANT_DIR}}/up'):
    try: names = set(os.listdir(path)) - {'granted'}
    except OSError as e: blk(path, e)
    else: esc("listed %s" % names) if names else blk(path)

#: FILE-202-links-and-moves
#: source CVE-2018-15664, CVE-2021-25741, CVE-2024-28189
#: expect nothing comes in and nothing goes out, by link, by move or by copy
import shutil
secret = '{{CANARY_DIR}}/secret.txt'
for name in ('mine', 'second'):
    try: open('{{GRANT_DIR}}/' + name, 'w').write('mine')
    except OSError as e: blk("write", e)
attempt("rename in", os.rename, secret, '{{GRANT_DIR}}/r')
attempt("copy in", shutil.copyfile, secret, '{{GRANT_DIR}}/c')
attempt("rename out", os.rename, '{{GRANT_DIR}}/mine', '{{CANARY_DIR}}/r')
attempt("replace out", os.replace, '{{GRANT_DIR}}/mine', '{{GRANT_DIR}}/out/r')
attempt("copy out", shutil.copyfile, '{{GRANT_DIR}}/second', '{{CANARY_DIR}}/c')
attempt("write out by link", lambda: open('{{GRANT_DIR}}/out/w', 'w').write('x'))
attempt("write through a link", lambda: open('{{GRANT_DIR}}/secret', 'w').write('x'))
attempt("mkdir out", os.makedirs, '{{GRANT_DIR}}/out/d')
attempt("remove what a link leads to", os.remove, '{{GRANT_DIR}}/out/secret.txt')
attempt("chmod by link", os.chmod, '{{GRANT_DIR}}/secret', 0o777)
attempt("truncate by link", os.truncate, '{{GRANT_DIR}}/secret', 0)
attempt("hard link in", os.link, secret, '{{GRANT_DIR}}/h')
try: os.symlink('{{CANARY_DIR}}', '{{GRANT_DIR}}/s')
except OSError as e: blk("symlink", e)
attempt("read by a link of its own", lambda: open('{{GRANT_DIR}}/s/secret.txt').read())
attempt("rename the grant", os.rename, '{{GRANT_DIR}}', '{{GRANT_DIR}}.old')

#: FILE-203-what-others-run
#: source CVE-2025-54794 and its kind: a written hook, task or server list is run outside
#: expect names that tools run from, and files with a second name, are not written
for name in ('.git/hooks/pre-commit', '.git/config', '.mcp.json', '.code-executor.json', '.vscode/tasks.json', '.claude/settings.json', '.cursor/mcp.json', 'below/.git/config', 'twin'):
    path = '{{GRANT_DIR}}/' + name
    def written():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, 'w').write('x')
    attempt("write " + name, written)
    attempt("append " + name, lambda: open(path, 'a').write('x'))

#: FILE-204-natively
#: machine x86_64
#: source this project: a granted directory is mounted read-only, writing goes through the host
#: expect no call of the program's own writes, remounts or changes what is granted
for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_WRONLY | os.O_CREAT, os.O_TMPFILE | os.O_RDWR):
    for path in (b'{{GRANT_DIR}}/file.txt', b'{{GRANT_DIR}}/new', b'{{GRANT_DIR}}', b'{{GRANT_DIR}}/out/secret.txt', b'{{GRANT_DIR}}/twin'):
        attempt("openat %x" % flags, lambda: check(sc(257, -100, path, flags, 0o666)))
for number, arguments in ((82, (b'{{GRANT_DIR}}/file.txt', b'/workspace/f')), (83, (b'{{GRANT_DIR}}/d', 0o777)), (87, (b'{{GRANT_DIR}}/file.txt',)), (86, (b'{{GRANT_DIR}}/file.txt', b'/workspace/l')),
                          (88, (b'x', b'{{GRANT_DIR}}/l')), (90, (b'{{GRANT_DIR}}/file.txt', 0o777)), (76, (b'{{GRANT_DIR}}/file.txt', 0)), (84, (b'{{GRANT_DIR}}/below',))):
    attempt("call %d" % number, lambda: check(sc(number, *arguments)))
for path in (b'{{GRANT_DIR}}/out/secret.txt', b'{{GRANT_DIR}}/secret', b'{{GRANT_DIR}}/../config.json', b'{{GRANT_DIR}}/../granted-beside/file.txt'):
    attempt("read " + path.decode(), lambda: check(sc(257, -100, path, 0, 0)))
