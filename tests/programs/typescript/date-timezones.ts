// features: dates, timezones, intl; oracle: node 22
const meeting = new Date('2024-07-04T15:30:00Z');
const zones = ['America/New_York', 'America/Los_Angeles', 'Europe/London', 'Europe/Berlin', 'Asia/Tokyo', 'Asia/Kolkata', 'Australia/Sydney', 'UTC'];
for (const timeZone of zones) {
  console.log(timeZone.padEnd(22), meeting.toLocaleString('en-US', { timeZone }));
}
for (const timeZone of ['America/New_York', 'Asia/Kolkata']) {
  console.log(new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'long', timeZone }).format(meeting));
  console.log(new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(meeting));
}
function offsetMinutes(timeZone: string, date: Date): number {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    }).formatToParts(date).map((p) => [p.type, p.value]),
  );
  const asUTC = Date.UTC(+parts.year, +parts.month - 1, +parts.day, +parts.hour, +parts.minute, +parts.second);
  return (asUTC - date.getTime()) / 60000;
}
const winter = new Date('2024-01-15T12:00:00Z');
for (const zone of zones) console.log(zone, offsetMinutes(zone, winter), offsetMinutes(zone, meeting));
// DST gap in New York
for (let h = 5; h <= 9; h++) {
  const t = new Date(Date.UTC(2024, 2, 10, h));
  console.log(t.toISOString(), t.toLocaleTimeString('en-US', { timeZone: 'America/New_York', timeZoneName: 'short' }));
}
console.log(Intl.DateTimeFormat().resolvedOptions().timeZone);
console.log(meeting.toLocaleDateString('en-CA'), meeting.toLocaleDateString('sv-SE'), meeting.toLocaleDateString('de-DE'));
