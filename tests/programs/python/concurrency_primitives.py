# features: threading, asyncio, concurrency; oracle: cpython
import asyncio
import contextvars
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, Future

request_id = contextvars.ContextVar("request_id", default="none")


async def handle(n):
    request_id.set(f"r{n}")
    await asyncio.sleep(0)
    return request_id.get()


async def producer(q, n):
    for i in range(n):
        await q.put(i)
        await asyncio.sleep(0)
    await q.put(None)


async def consumer(q):
    out = []
    while (item := await q.get()) is not None:
        out.append(item)
    return out


async def main():
    print(await asyncio.gather(*(handle(n) for n in range(3))), request_id.get())
    q = asyncio.Queue(maxsize=1)
    _, got = await asyncio.gather(producer(q, 4), consumer(q))
    print(got)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        print(await loop.run_in_executor(pool, sum, range(10)), await asyncio.wait_for(asyncio.to_thread(lambda: "thread"), 30))
    cond, ready = asyncio.Condition(), []

    async def waiter(n):
        async with cond:
            await cond.wait_for(lambda: len(ready) > 0)
            return n
    tasks = [asyncio.create_task(waiter(n)) for n in range(2)]
    await asyncio.sleep(0)
    async with cond:
        ready.append(1)
        cond.notify_all()
    print(await asyncio.gather(*tasks))
    shielded = asyncio.create_task(asyncio.sleep(0.01, "survived"))
    try:
        await asyncio.wait_for(asyncio.shield(shielded), 0.001)
    except asyncio.TimeoutError:
        print(await shielded)
    results = []
    t = asyncio.create_task(asyncio.sleep(0, "cb"), name="named")
    t.add_done_callback(lambda f: results.append(f.result()))
    await t
    await asyncio.sleep(0)
    print(results, t.get_name(), t.done(), asyncio.current_task() is not None, asyncio.iscoroutinefunction(handle))
    try:
        await asyncio.gather(asyncio.sleep(0), fail("first"), fail("second"))
    except RuntimeError as error:
        print("gather:", error)


async def fail(name):
    raise RuntimeError(name)

asyncio.run(main())
rlock, log = threading.RLock(), []


def nested(n):
    with rlock:
        if n:
            nested(n - 1)
        log.append(n)


nested(3)
sem = threading.BoundedSemaphore(1)
sem.acquire()
try:
    sem.release()
    sem.release()
except ValueError as error:
    print(log, error)
f = Future()
f.add_done_callback(lambda fut: print("future", fut.result()))
f.set_result(5)
with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(lambda n=n: 10 // n) for n in (1, 2, 0)]
for future in futures:
    error = future.exception()
    print(future.done(), repr(error) if error else future.result())
errors = []
threading.excepthook = lambda args: errors.append(args.exc_type.__name__)
t = threading.Thread(target=lambda: 1 / 0)
t.start()
t.join()
print(errors)
lifo = queue.LifoQueue()
for i in range(3):
    lifo.put(i)
print([lifo.get() for _ in range(3)], lifo.empty())
