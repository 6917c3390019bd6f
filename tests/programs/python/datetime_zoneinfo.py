# features: datetime, zoneinfo; oracle: cpython
from datetime import datetime, date, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

utc = datetime(2024, 7, 4, 15, 30, tzinfo=timezone.utc)
for zone in ["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"]:
    local = utc.astimezone(ZoneInfo(zone))
    print(f"{zone:<20} {local:%Y-%m-%d %H:%M %Z %z} dst={local.dst()}")
gap = datetime(2024, 3, 10, 2, 30, tzinfo=ZoneInfo("America/New_York"))
print(gap.isoformat(), gap.astimezone(timezone.utc).isoformat())
fold = datetime(2024, 11, 3, 1, 30, tzinfo=ZoneInfo("America/New_York"))
print(fold.utcoffset(), fold.replace(fold=1).utcoffset())
d = date(2024, 2, 29)
print(d.isocalendar(), d.strftime("%A, %d %B %Y, week %V, day %j"), d + timedelta(days=365), d.weekday())
print((date(2024, 12, 25) - d).days, date.fromisoformat("2024-01-31") > d, date.max, d.replace(year=2023, day=28))
print(datetime.fromisoformat("2024-01-15T10:00:00+02:00"), datetime.strptime("15/Jan/2024:10:00:00 +0530", "%d/%b/%Y:%H:%M:%S %z"))
print(datetime.fromtimestamp(0, timezone.utc), utc.timestamp(), timedelta(days=1, hours=25, seconds=61), timedelta(minutes=-5))
print(repr(timedelta(hours=5)), timedelta(hours=1) / timedelta(minutes=15), timedelta(days=10) // 3, str(time(9, 5)), time(23, 59, 59, 999).isoformat())
try:
    ZoneInfo("Mars/Phobos")
except ZoneInfoNotFoundError as error:
    print(type(error).__name__, error)
try:
    datetime(2023, 2, 29)
except ValueError as error:
    print(error)
try:
    datetime(2024, 1, 1) - utc
except TypeError as error:
    print(error)


def add_months(when, n):
    import calendar
    y, m = divmod(when.month - 1 + n, 12)
    y += when.year
    return date(y, m + 1, min(when.day, calendar.monthrange(y, m + 1)[1]))


print([add_months(date(2024, 1, 31), n).isoformat() for n in range(5)])
