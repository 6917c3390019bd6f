// features: text, regex, dates; oracle: node 22
interface LogEntry { timestamp: Date; level: string; service: string; message: string; durationMs?: number }

const raw = `
2024-03-15T10:23:45.123Z [INFO] api: Request GET /users completed in 45ms
2024-03-15T10:23:46.001Z [ERROR] db: Connection refused (ECONNREFUSED)
2024-03-15T10:23:47.500Z [WARN] api: Slow request POST /orders completed in 1203ms
malformed line here
2024-03-15T10:24:00.000Z [INFO] worker: Job 42 finished
2024-03-15T10:24:10.250Z [ERROR] api: Unhandled exception: TypeError
`.trim();

const LINE = /^(?<ts>\S+) \[(?<level>\w+)\] (?<service>[\w-]+): (?<message>.*)$/;

function parse(line: string): LogEntry | null {
  const m = LINE.exec(line);
  if (!m?.groups) return null;
  const { ts, level, service, message } = m.groups;
  const duration = message.match(/in (\d+)ms/);
  return { timestamp: new Date(ts), level, service, message, ...(duration && { durationMs: +duration[1] }) };
}

const entries = raw.split('\n').map(parse).filter((e): e is LogEntry => e !== null);
console.log(`Parsed ${entries.length} of ${raw.split('\n').length} lines`);
console.log(entries);

const byLevel = entries.reduce<Record<string, number>>((acc, e) => {
  acc[e.level] = (acc[e.level] || 0) + 1;
  return acc;
}, {});
console.table(byLevel);
const slow = entries.filter((e) => (e.durationMs ?? 0) > 1000);
console.log('Slow:', slow.map((e) => e.message));
const span = entries.at(-1)!.timestamp.getTime() - entries[0].timestamp.getTime();
console.log(`Time span: ${(span / 1000).toFixed(3)}s`);
console.log(entries[1].timestamp.toISOString(), entries[1].timestamp.toString());
