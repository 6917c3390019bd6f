# features: asyncio, generators, contextlib; oracle: cpython
import asyncio
from contextlib import asynccontextmanager


async def pages(total, size):
    for start in range(0, total, size):
        await asyncio.sleep(0)
        yield list(range(start, min(start + size, total)))


@asynccontextmanager
async def connection(name):
    print("open", name)
    try:
        yield name.upper()
    finally:
        print("close", name)


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


async def main():
    items = [item async for page in pages(7, 3) for item in page]
    print(items, [x async for x in Countdown(3)])
    async with connection("db") as c:
        print("using", c)
    try:
        async with connection("bad"):
            raise ValueError("inside")
    except ValueError as error:
        print("caught", error)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001 * n, result=n)) for n in (3, 1, 2)]
    print([t.result() for t in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(30))
            group.create_task(boom())
    except* ValueError as eg:
        print("group", [str(e) for e in eg.exceptions])
    try:
        async with asyncio.timeout(0.005):
            await asyncio.sleep(30)
    except TimeoutError:
        print("timed out")
    lock, order = asyncio.Lock(), []

    async def critical(n):
        async with lock:
            order.append(("in", n))
            await asyncio.sleep(0)
            order.append(("out", n))
    await asyncio.gather(critical(1), critical(2))
    print(order)


async def boom():
    raise ValueError("boom")

asyncio.run(main())
