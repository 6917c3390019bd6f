// features: text, collections, statistics, dates; oracle: node 22
const log = `192.168.1.1 - - [10/Oct/2023:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326 "-" "Mozilla/5.0"
10.0.0.5 - alice [10/Oct/2023:13:56:01 +0000] "POST /api/login HTTP/1.1" 401 128 "-" "curl/7.68"
10.0.0.5 - alice [10/Oct/2023:13:56:09 +0000] "POST /api/login HTTP/1.1" 200 512 "-" "curl/7.68"
192.168.1.1 - - [10/Oct/2023:14:01:12 +0000] "GET /img/logo.png HTTP/1.1" 304 0 "http://x.test/" "Mozilla/5.0"
172.16.0.9 - - [10/Oct/2023:14:02:45 +0000] "GET /missing HTTP/2.0" 404 153 "-" "bot/1.0"
192.168.1.1 - - [10/Oct/2023:15:10:00 +0000] "GET /report?id=7&fmt=pdf HTTP/1.1" 500 64 "-" "Mozilla/5.0"`;
const re = /^(?<ip>[\d.]+) \S+ (?<user>\S+) \[(?<time>[^\]]+)\] "(?<method>\w+) (?<path>\S+) [^"]+" (?<status>\d{3}) (?<bytes>\d+)/;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const parseTime = (s: string) => { const [, d, mon, y, h, mi, sec] = s.match(/(\d+)\/(\w+)\/(\d+):(\d+):(\d+):(\d+)/)!; return new Date(Date.UTC(+y, months.indexOf(mon), +d, +h, +mi, +sec)); };
const hits = log.split('\n').map((l) => re.exec(l)?.groups).filter((g) => g !== undefined).map((g) => ({ ...g, status: +g!.status, bytes: +g!.bytes, time: parseTime(g!.time) }) as any);
console.log(hits.length, hits[0]);
const count = <T>(xs: T[], f: (x: T) => string) => Object.entries(xs.reduce<Record<string, number>>((m, x) => ((m[f(x)] = (m[f(x)] ?? 0) + 1), m), {})).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
console.log(count(hits, (h: any) => h.ip), count(hits, (h: any) => `${Math.floor(h.status / 100)}xx`), count(hits, (h: any) => h.time.toISOString().slice(0, 13)));
const total = hits.reduce((s: number, h: any) => s + h.bytes, 0);
console.log(`${total.toLocaleString()} bytes, error rate ${((hits.filter((h: any) => h.status >= 400).length / hits.length) * 100).toFixed(1)}%`);
console.table(hits.map(({ method, path, status, bytes }: any) => ({ method, path, status, bytes })));
const gaps = hits.slice(1).map((h: any, i: number) => (h.time - hits[i].time) / 1000);
console.log(gaps, Math.max(...gaps), hits.map((h: any) => new URL(h.path, 'http://h').searchParams.get('fmt')).filter(Boolean));
