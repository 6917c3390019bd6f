// features: json, dates, formatting, collections; oracle: node 22
// Summarise an API response, as agents do after a tool call.
const issues = JSON.parse(`[
 {"number": 12, "title": "Crash on startup", "state": "open", "labels": [{"name": "bug"}, {"name": "p1"}], "user": {"login": "ann"}, "created_at": "2024-01-10T12:00:00Z", "closed_at": null, "comments": 4},
 {"number": 13, "title": "Add dark mode", "state": "closed", "labels": [{"name": "feature"}], "user": {"login": "bob"}, "created_at": "2024-01-12T08:30:00Z", "closed_at": "2024-02-01T09:00:00Z", "comments": 11},
 {"number": 15, "title": "Typo in docs", "state": "closed", "labels": [], "user": null, "created_at": "2024-02-03T00:00:00Z", "closed_at": "2024-02-03T06:15:00Z", "comments": 0}
]`);
const open = issues.filter((i: any) => i.state === 'open');
console.log(`Found ${issues.length} issues (${open.length} open)`);
for (const { number, title, labels, user, created_at, closed_at, comments } of issues) {
  const age = closed_at ? `closed after ${((+new Date(closed_at) - +new Date(created_at)) / 36e5).toFixed(1)}h` : 'still open';
  console.log(`#${number} ${title} [${labels.map((l: any) => l.name).join(', ') || 'no labels'}] by ${user?.login ?? 'ghost'} on ${new Date(created_at).toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric' })} - ${age}, ${comments} comment${comments === 1 ? '' : 's'}`);
}
const labelCounts = issues.flatMap((i: any) => i.labels.map((l: any) => l.name)).reduce((acc: Record<string, number>, l: string) => ({ ...acc, [l]: (acc[l] || 0) + 1 }), {});
console.log(labelCounts);
const busiest = issues.reduce((a: any, b: any) => (a.comments > b.comments ? a : b));
console.log('Most discussed:', busiest.title, busiest);
console.log(JSON.stringify({ total: issues.length, byState: Object.groupBy(issues, (i: any) => i.state) }, (k, v) => (k === 'labels' || k === 'user' ? undefined : v), 2));
const res = { total: issues.length, averageComments: issues.reduce((s: number, i: any) => s + i.comments, 0) / issues.length };
res;
