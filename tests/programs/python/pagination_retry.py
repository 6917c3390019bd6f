# features: pagination, retries, generators; oracle: cpython
import time
from dataclasses import dataclass


class RateLimited(Exception):
    def __init__(self, retry_after):
        super().__init__(f"rate limited, retry after {retry_after}s")
        self.retry_after = retry_after


@dataclass
class Page:
    items: list
    next_cursor: str | None


class Api:
    def __init__(self, total):
        self.data = [{"id": i, "name": f"user{i}"} for i in range(1, total + 1)]
        self.calls = 0

    def get(self, cursor=None, limit=5):
        self.calls += 1
        if self.calls % 4 == 0:
            raise RateLimited(0.001)
        start = int(cursor or 0)
        nxt = start + limit
        return Page(self.data[start:nxt], str(nxt) if nxt < len(self.data) else None)


def with_backoff(fn, *args, attempts=5, base=0.001, **kwargs):
    for attempt in range(attempts):
        try:
            return fn(*args, **kwargs)
        except RateLimited as error:
            wait = max(error.retry_after, base * 2 ** attempt)
            print(f"  attempt {attempt + 1}: {error}; sleeping {wait:.3f}")
            time.sleep(wait)
    raise RuntimeError("gave up")


def paginate(api, limit):
    cursor = None
    while True:
        page = with_backoff(api.get, cursor, limit=limit)
        yield from page.items
        if not (cursor := page.next_cursor):
            break


api = Api(23)
users = list(paginate(api, 5))
print(len(users), api.calls, users[-1])
for i, user in enumerate(paginate(Api(10), 3)):
    if i == 4:
        print("stop at", user)
        break
else:
    print("exhausted")
