# refused: a time zone that there is not; says: ZoneInfoNotFoundError; Mars/Phobos
from datetime import datetime
from zoneinfo import ZoneInfo

print(datetime(2024, 1, 1, tzinfo=ZoneInfo("Mars/Phobos")))
