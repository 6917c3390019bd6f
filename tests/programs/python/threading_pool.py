# features: threading, concurrency; oracle: cpython
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, TimeoutError

counter, lock = 0, threading.Lock()


def bump(n):
    global counter
    for _ in range(n):
        with lock:
            counter += 1


threads = [threading.Thread(target=bump, args=(500,), name=f"t{i}") for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter, threading.active_count() >= 1, threading.current_thread() is threading.main_thread())


def work(n):
    time.sleep(0.001 * n)
    if n == 3:
        raise ValueError(f"bad {n}")
    return n * n


with ThreadPoolExecutor(max_workers=3) as pool:
    print(list(pool.map(lambda x: x + 1, range(5))))
    futures = {pool.submit(work, n): n for n in range(5)}
    results = {}
    for f in as_completed(futures):
        try:
            results[futures[f]] = f.result()
        except ValueError as error:
            results[futures[f]] = str(error)
print(dict(sorted(results.items())))
q, out = queue.Queue(maxsize=2), []


def consumer():
    while (item := q.get()) is not None:
        out.append(item * 10)
        q.task_done()


c = threading.Thread(target=consumer)
c.start()
for i in range(5):
    q.put(i)
q.join()
q.put(None)
c.join()
print(out)
event, barrier = threading.Event(), threading.Barrier(2)
box = []


def waiter():
    event.wait()
    barrier.wait()
    box.append("released")


w = threading.Thread(target=waiter, daemon=True)
w.start()
event.set()
barrier.wait()
w.join()
local = threading.local()
local.x = 1
seen = []
t = threading.Thread(target=lambda: seen.append(hasattr(local, "x")))
t.start()
t.join()
print(box, seen, event.is_set())
timer_ran = []
timer = threading.Timer(0.001, timer_ran.append, ["timer"])
timer.start()
timer.join()
print(timer_ran)
pq = queue.PriorityQueue()
for x in (3, 1, 2):
    pq.put((x, str(x)))
print([pq.get()[1] for _ in range(3)])
try:
    queue.Queue().get_nowait()
except queue.Empty as error:
    print(type(error).__name__)
