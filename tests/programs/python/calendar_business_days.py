# features: datetime, calendar; oracle: cpython
import calendar
from datetime import date, datetime, timedelta, timezone
import time

print(calendar.month(2024, 2))
print(calendar.TextCalendar(calendar.SUNDAY).formatmonth(2026, 11))
print(calendar.isleap(2100), calendar.monthrange(2024, 2), calendar.day_name[0], calendar.month_abbr[12], [list(w) for w in calendar.monthcalendar(2024, 9)][0])


def business_days(start, end, holidays=()):
    day = start
    while day <= end:
        if day.weekday() < 5 and day not in holidays:
            yield day
        day += timedelta(days=1)


print(len(list(business_days(date(2024, 12, 20), date(2025, 1, 3), {date(2024, 12, 25), date(2025, 1, 1)}))))


def easter(y):
    a, b, c = y % 19, y // 100, y % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    j, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * j - k - h + m + 32) % 7
    n = (h - m + r + 90) // 25
    return date(y, n, (h - m + r + n + 19) % 32)


print([easter(y).isoformat() for y in (2023, 2024, 2025, 2030)])


def humanize(delta):
    seconds = int(delta.total_seconds())
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if abs(seconds) >= size:
            n = seconds // size
            return f"{n} {name}{'s' if n != 1 else ''} ago"
    return "just now"


now = datetime(2024, 6, 1, 12, tzinfo=timezone.utc)
print([humanize(now - t) for t in (now, now - timedelta(minutes=5), now - timedelta(hours=1), now - timedelta(days=40))])
print(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400)), time.mktime(time.gmtime(0)) == 0, calendar.timegm((2024, 1, 1, 0, 0, 0)), time.strptime("2024-01-02", "%Y-%m-%d").tm_yday)
quarters = {f"Q{(m - 1) // 3 + 1}": [] for m in range(1, 13)}
for m in range(1, 13):
    quarters[f"Q{(m - 1) // 3 + 1}"].append(calendar.month_abbr[m])
print(quarters)
first_mondays = [next(d for d in (date(2024, m, n) for n in range(1, 8)) if d.weekday() == 0) for m in range(1, 5)]
print([d.strftime("%d %b") for d in first_mondays], date(2024, 12, 30).isocalendar().week, date.fromisocalendar(2025, 1, 1), datetime(2024, 1, 1).astimezone(timezone(timedelta(hours=-5, minutes=-30))).isoformat(), datetime.min)
print(sorted(["2024-1-5", "2023-12-31", "2024-01-04"], key=lambda s: datetime.strptime(s, "%Y-%m-%d")), (date(2024, 3, 1) - date(2024, 2, 1)).days, timedelta(days=1.5).total_seconds())
