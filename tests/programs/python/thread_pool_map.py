# features: concurrency, threading; oracle: cpython
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Lock, cpu_count
from multiprocessing.dummy import Pool
from multiprocessing.pool import ThreadPool
import time


def fetch(n):
    time.sleep(0.001 * (5 - n))
    return {"id": n, "square": n * n}


with ThreadPool(3) as pool:
    print([r["square"] for r in pool.map(fetch, range(5))])
    print(sorted(r["id"] for r in pool.imap_unordered(fetch, range(4))), pool.apply(fetch, (2,)), pool.apply_async(fetch, (3,)).get(timeout=30)["id"])
    print(pool.starmap(pow, [(2, 3), (3, 2)]))
with Pool() as pool:
    print(pool.map(str.upper, ["a", "b"]))
lock, total = Lock(), 0


def add(n):
    global total
    with lock:
        total += n


with ThreadPoolExecutor(max_workers=min(4, cpu_count())) as executor:
    list(executor.map(add, range(101)))
print(total, fetch.__name__)
