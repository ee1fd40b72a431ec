"""What CPython's asyncio needs for the same: `python3 cpython.py <question> <n>` prints a sample as JSON.

The counterpart of sample.mjs, with one function a question; the questions are explained in questions/*.mjs. A function
returns the answer, and may yield the work that does not count: see Watch.
"""

import asyncio
import gc
import json
import sys
import time
import tracemalloc


class Watch:
    """What lies between start() and stop() counts; without them, all of it."""

    def __init__(self, weighs):
        self.wall = self.cpu = self.bytes = 0
        self.weighs = weighs
        self.began = None

    def start(self):
        if self.weighs:
            gc.collect()
            tracemalloc.start()
        self.began = (time.perf_counter_ns(), time.process_time_ns())

    def stop(self):
        if self.began is None:
            return
        wall, cpu = self.began
        self.wall += time.perf_counter_ns() - wall
        self.cpu += time.process_time_ns() - cpu
        self.began = None
        if self.weighs:
            gc.collect()
            self.bytes += tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()


async def spawn(n, watch):
    async def work(i):
        return i

    return sum(await asyncio.gather(*[asyncio.create_task(work(i)) for i in range(n)]))


async def ready(n, watch):
    done = asyncio.get_running_loop().create_future()
    done.set_result(1)
    total = 0
    for _ in range(n):
        total += await done
    return total


async def switch(n, watch):
    loop = asyncio.get_running_loop()
    ping = loop.create_future()
    pong = loop.create_future()

    async def player():
        nonlocal ping
        hits = 0
        for _ in range(n // 2):
            await ping
            hits += 1
            ping = loop.create_future()
            pong.set_result(None)
        return hits

    playing = asyncio.create_task(player())
    hits = 0
    for _ in range(n // 2):
        ping.set_result(None)
        await pong
        hits += 1
        pong = loop.create_future()
    return hits + await playing


async def yields(n, watch):
    steps = 0

    async def work():
        nonlocal steps
        for _ in range(100):
            await asyncio.sleep(0)
            steps += 1

    await asyncio.gather(*[asyncio.create_task(work()) for _ in range(n // 100)])
    return steps


async def cancel(n, watch):
    cleaned = 0
    loop = asyncio.get_running_loop()

    async def work():
        nonlocal cleaned
        try:
            await loop.create_future()
        finally:
            cleaned += 1

    tasks = [asyncio.create_task(work()) for _ in range(n)]
    await asyncio.sleep(0)
    watch.start()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    watch.stop()
    return cleaned + sum(task.cancelled() for task in tasks)


async def timers(n, watch):
    awake = 0

    async def work(i):
        nonlocal awake
        await asyncio.sleep((i * 37) % 101 / 1000)
        awake += 1

    await asyncio.gather(*[asyncio.create_task(work(i)) for i in range(n)])
    return awake


async def timeouts(n, watch):
    gate = asyncio.get_running_loop().create_future()

    async def work():
        async with asyncio.timeout(60):
            return await gate

    tasks = [asyncio.create_task(work()) for _ in range(n)]
    await asyncio.sleep(0)
    gate.set_result(1)
    return len(await asyncio.gather(*tasks))


async def memory(n, watch):
    loop = asyncio.get_running_loop()
    futures = [None] * n
    tasks = [None] * n

    async def work(i):
        futures[i] = loop.create_future()
        return await futures[i]

    watch.start()
    for i in range(n):
        tasks[i] = asyncio.create_task(work(i))
    await asyncio.sleep(0)
    watch.stop()
    for future in futures:
        future.set_result(1)
    return len(await asyncio.gather(*tasks))


async def gather(n, watch):
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(n)]
    watch.start()
    gathered = asyncio.gather(*futures)
    for i, future in enumerate(futures):
        future.set_result(i)
    results = await gathered
    watch.stop()
    return sum(results)


async def queue(n, watch):
    items = asyncio.Queue(100)

    async def produce():
        for i in range(n):
            await items.put(i)

    producing = asyncio.create_task(produce())
    total = 0
    for _ in range(n):
        total += await items.get()
    await producing
    return total


async def lock(n, watch):
    mutex = asyncio.Lock()
    entered = inside = 0

    async def work():
        nonlocal entered, inside
        for _ in range(n // 100):
            async with mutex:
                inside += 1
                assert inside == 1
                await asyncio.sleep(0)
                inside -= 1
                entered += 1

    await asyncio.gather(*[asyncio.create_task(work()) for _ in range(100)])
    return entered


def nested(depth):
    async def measured(n, watch):
        async def down(levels):
            return 1 if levels == 0 else 1 + await down(levels - 1)

        total = 0
        for _ in range(n // depth):
            total += await down(depth - 1)
        return total

    return measured


def nested_waits(depth):
    async def measured(n, watch):
        async def down(levels):
            if levels > 0:
                return await down(levels - 1)
            for _ in range(n):
                await asyncio.sleep(0)
            return n

        return await down(depth - 1)

    return measured


async def timeouts_in_turn(n, watch):
    done = 0
    for _ in range(n):
        async with asyncio.timeout(60):
            done += 1
    return done


questions = {
    "spawn": spawn,
    "ready": ready,
    "switch": switch,
    "yields": yields,
    "cancel": cancel,
    "timers": timers,
    "timeouts": timeouts,
    "timeouts in turn": timeouts_in_turn,
    "memory": memory,
    "gather": gather,
    "queue": queue,
    "lock": lock,
    **{f"nested {depth}": nested(depth) for depth in (1, 10, 100)},
    **{f"nested waits {depth}": nested_waits(depth) for depth in (1, 10, 100)},
}


def call(question, n, answer, watch):
    # The collector may run meanwhile, as it does in programs.
    gc.collect()

    async def main():
        watch.start()
        result = await questions[question](n, watch)
        watch.stop()
        assert result == answer, f"asyncio answered {result}, but the answer is {answer}."

    asyncio.run(main())


def main(question, n, answer):
    weighs = question == "memory"
    call(question, n, answer, Watch(weighs))
    samples = []
    began = time.monotonic()
    while len(samples) < 3 or time.monotonic() - began < 0.6:
        if len(samples) == 25 or time.monotonic() - began > 3:
            break
        watch = Watch(weighs)
        call(question, n, answer, watch)
        samples.append(watch)

    def figure(key):
        values = sorted(getattr(sample, key) for sample in samples)
        return values[len(values) // 2] / n

    print(json.dumps({key: figure(key) for key in ("wall", "cpu", "bytes")}))


main(sys.argv[1], *map(int, sys.argv[2:]))
