# features: asyncio, concurrency; oracle: cpython
import asyncio


async def fetch(name, delay, fail=False):
    await asyncio.sleep(delay)
    if fail:
        raise RuntimeError(f"{name} failed")
    return f"{name} done"


async def worker(name, queue, results):
    while True:
        item = await queue.get()
        if item is None:
            queue.task_done()
            return
        await asyncio.sleep(0)
        results.append(item * item)
        queue.task_done()


async def main():
    print(await asyncio.gather(fetch("a", 0.003), fetch("b", 0.001), fetch("c", 0.002)))
    mixed = await asyncio.gather(fetch("x", 0), fetch("y", 0, True), return_exceptions=True)
    print([repr(m) for m in mixed])
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError as error:
        print("timeout", type(error).__name__)
    queue, results = asyncio.Queue(), []
    workers = [asyncio.create_task(worker(f"w{i}", queue, results)) for i in range(3)]
    for n in range(10):
        queue.put_nowait(n)
    await queue.join()
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    print(sorted(results))
    sem, active, peak = asyncio.Semaphore(2), 0, 0

    async def limited(n):
        nonlocal active, peak
        async with sem:
            active += 1
            peak = max(peak, active)
            await asyncio.sleep(0.001)
            active -= 1
            return n

    print(await asyncio.gather(*(limited(n) for n in range(6))), "peak", peak)
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    done, pending = await asyncio.wait([asyncio.create_task(fetch("fast", 0)), asyncio.create_task(fetch("slow", 30))], return_when=asyncio.FIRST_COMPLETED)
    print([t.result() for t in done], len(pending))
    for t in pending:
        t.cancel()
    for future in asyncio.as_completed([fetch("2nd", 0.05), fetch("1st", 0.001)]):
        print(await future)
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, event.set)
    await event.wait()
    print("event", event.is_set(), await asyncio.to_thread(sum, [1, 2, 3]))


asyncio.run(main())
