// Files under a grant: {{GRANT_DIR}} may be read and written, and holds links that lead out of it.

//: FILE-101-out-of-the-grant
//: source CWE-22, CWE-59; CVE-2024-21626; CVE-2025-53109 and CVE-2025-53110 (filesystem MCP server: prefix match, links)
//: expect no spelling of a path leads out of the granted directory
import fs from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
if (fs.readFileSync('{{GRANT_DIR}}/file.txt', 'utf8') !== 'hello') throw new ReferenceError('what is granted cannot be read: the case proves nothing')
const secret = '{{CANARY_DIR}}/secret.txt', far = '/..'.repeat(20)
const paths = [secret, '{{GRANT_DIR}}' + far + secret, '{{GRANT_DIR}}/out/secret.txt', '{{GRANT_DIR}}/secret', '{{GRANT_DIR}}/up' + far + secret,
  '{{GRANT_DIR}}/./out//secret.txt', '{{GRANT_DIR}}/out/../secret.txt', '/proc/self/root' + secret, '{{GRANT_DIR}}/../granted-beside/file.txt', '/proc/self/environ', '/proc/1/environ', '/etc/passwd',
  '{{GRANT_DIR}}/\0' + secret, secret.toUpperCase(), '//' + secret, 'out/secret.txt', '{{AUDIT_PATH}}', '{{GRANT_DIR}}/../config.json', '{{GRANT_DIR}}/../mcp.json']
for (const path of [...paths, Uint8Array.from(secret, (it) => it.charCodeAt(0))] as any[])
  for (const [name, read] of Object.entries({ readFileSync: () => fs.readFileSync(path, 'utf8'), readFile: () => readFile(path, 'utf8'), Deno: () => Deno.readTextFile(path) }))
    try { esc(`${name} ${path}: ${await read()}`) } catch (e) { blk(name, e) }
for (const path of ['{{CANARY_DIR}}', '{{GRANT_DIR}}/out', '{{GRANT_DIR}}/up', '{{GRANT_DIR}}/..', '/', '/proc/self/fd', '/proc/self/cwd'])
  for (const list of [() => fs.readdirSync(path), () => readdir(path)])
    try { esc(`listed ${path}: ${await list()}`) } catch (e) { blk(path, e) }

//: FILE-102-links-and-moves
//: source CVE-2018-15664, CVE-2021-25741, CVE-2024-28189; TOCTOU of links made between look and use
//: expect nothing comes in and nothing goes out, by link, by move or by copy
import fs from 'node:fs'
const attempt = (what: string, run: () => any) => { try { run(); esc(what) } catch (e) { blk(what, e) } }
const secret = '{{CANARY_DIR}}/secret.txt', any = fs as any
fs.writeFileSync('{{GRANT_DIR}}/mine', 'mine')
attempt('rename in', () => fs.renameSync(secret, '{{GRANT_DIR}}/r'))
attempt('copy in', () => fs.copyFileSync(secret, '{{GRANT_DIR}}/c'))
attempt('rename out', () => fs.renameSync('{{GRANT_DIR}}/mine', '{{CANARY_DIR}}/r'))
attempt('copy out', () => fs.copyFileSync('{{GRANT_DIR}}/mine', '{{CANARY_DIR}}/c'))
attempt('copy out by link', () => fs.copyFileSync('{{GRANT_DIR}}/mine', '{{GRANT_DIR}}/out/c'))
attempt('write out by link', () => fs.writeFileSync('{{GRANT_DIR}}/out/w', 'x'))
attempt('write through a link', () => fs.writeFileSync('{{GRANT_DIR}}/secret', 'x'))
attempt('mkdir out', () => fs.mkdirSync('{{GRANT_DIR}}/out/d', { recursive: true }))
attempt('remove what a link leads to', () => fs.rmSync('{{GRANT_DIR}}/out/secret.txt'))
attempt('chmod by link', () => any.chmodSync('{{GRANT_DIR}}/secret', 0o777))
attempt('truncate by link', () => any.truncateSync('{{GRANT_DIR}}/secret', 0))
attempt('hard link in', () => any.linkSync(secret, '{{GRANT_DIR}}/h'))
try { any.symlinkSync('{{CANARY_DIR}}', '{{GRANT_DIR}}/s') } catch (e) { blk('symlink', e) }
attempt('read by a link of its own', () => fs.readFileSync('{{GRANT_DIR}}/s/secret.txt', 'utf8'))
attempt('remove the grant', () => fs.rmSync('{{GRANT_DIR}}', { recursive: true }))
attempt('rename the grant', () => fs.renameSync('{{GRANT_DIR}}', '{{GRANT_DIR}}.old'))

//: FILE-103-what-others-run
//: source CVE-2025-54794 and its kind: a written hook, task or server list is run outside
//: expect names that tools run from, and files with a second name, are not written
import fs from 'node:fs'
const attempt = (what: string, run: () => any) => { try { run(); esc(what) } catch (e) { blk(what, e) } }
const names = ['.git/hooks/pre-commit', '.git/config', '.mcp.json', '.code-executor.json', '.vscode/tasks.json', '.claude/settings.json', '.cursor/mcp.json', './.git/../.git/config', 'below/.git/config', 'below/.mcp.json']
fs.writeFileSync('{{GRANT_DIR}}/mine', 'mine')
for (const name of names) {
  const path = '{{GRANT_DIR}}/' + name
  attempt('mkdir for ' + name, () => { fs.mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true }); fs.writeFileSync(path, 'x') })
  attempt('rename to ' + name, () => fs.renameSync('{{GRANT_DIR}}/mine', path))
  attempt('copy to ' + name, () => fs.copyFileSync('{{GRANT_DIR}}/mine', path))
  attempt('append to ' + name, () => fs.appendFileSync(path, 'x'))
}
attempt('a file with two names', () => fs.writeFileSync('{{GRANT_DIR}}/twin', 'x'))

//: FILE-104-pipes-and-devices
//: source a FIFO stops a naive reader for ever
//: expect an error at once
import fs from 'node:fs'
for (const path of ['{{GRANT_DIR}}/fifo', '/dev/zero', '/dev/stdin', '/proc/kmsg', '{{CANARY_DIR}}/host.sock', '{{GRANT_DIR}}'])
  for (const run of [() => fs.readFileSync(path), () => fs.writeFileSync(path, 'x')])
    try { run(); esc('opened ' + path) } catch (e) { blk(path, e) }

//: FILE-105-the-hosts-memory
//: source CWE-789: what the host holds on a program's behalf
//: expect limits of one operation, and of all; the host does not grow
//: limit memory timeout
import fs from 'node:fs'
let n = 0
try { for (; n < 64; n++) fs.writeFileSync('{{GRANT_DIR}}/big', new Uint8Array(8 << 20)) } catch (e) { blk('write', e) }
const all = []
for (let i = 0; i < 200; i++) all.push(fs.promises.readFile('{{GRANT_DIR}}/big').catch((e: any) => e))
const sizes = (await Promise.all(all)).map((it: any) => it.length ?? 0)
fs.rmSync('{{GRANT_DIR}}/big', { force: true })
blk('read ' + sizes.filter((it: number) => it > 0).length + ' times', n)
