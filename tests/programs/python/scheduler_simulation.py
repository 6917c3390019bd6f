# features: heapq, dataclasses, generators; oracle: cpython
import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True)
class Event:
    time: float
    seq: int
    action: str = field(compare=False)
    data: dict = field(compare=False, default_factory=dict)


class Simulation:
    def __init__(self, seed, servers):
        self.rng, self.now, self.queue, self.seq = random.Random(seed), 0.0, [], count()
        self.waiting, self.free, self.stats = deque(), servers, []

    def at(self, delay, action, **data):
        heapq.heappush(self.queue, Event(self.now + delay, next(self.seq), action, data))

    def arrive(self, n, total):
        if n < total:
            self.at(self.rng.expovariate(1.0), "arrive", n=n + 1, total=total)
        self.waiting.append((n, self.now))
        self.serve()

    def serve(self):
        while self.free and self.waiting:
            n, arrived = self.waiting.popleft()
            self.free -= 1
            self.stats.append(self.now - arrived)
            self.at(self.rng.uniform(0.5, 2.5), "leave", n=n)

    def leave(self, n):
        self.free += 1
        self.serve()

    def run(self):
        self.at(0, "arrive", n=1, total=50)
        while self.queue:
            event = heapq.heappop(self.queue)
            self.now = event.time
            getattr(self, event.action)(**event.data)
        return self


for servers in (1, 2, 3):
    sim = Simulation(42, servers).run()
    print(f"{servers} servers: mean wait {sum(sim.stats) / len(sim.stats):6.3f}, longest {max(sim.stats):6.3f}, end {sim.now:7.3f}")


def round_robin(jobs, quantum):
    queue, clock = deque(jobs.items()), 0
    while queue:
        name, left = queue.popleft()
        used = min(quantum, left)
        clock += used
        if left > used:
            queue.append((name, left - used))
            yield clock, name, "paused"
        else:
            yield clock, name, "done"


for clock, name, state in round_robin({"A": 5, "B": 2, "C": 4}, 2):
    print(f"t={clock:>2} {name} {state}")


def coroutine(n, name):
    for i in range(n):
        print(f"{name}{i}", end=" ")
        yield


tasks = deque([coroutine(3, "a"), coroutine(1, "b"), coroutine(2, "c")])
while tasks:
    task = tasks.popleft()
    try:
        next(task)
        tasks.append(task)
    except StopIteration:
        pass
print()
