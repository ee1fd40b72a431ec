"""Runs the statements of a program on asyncio, and writes down what happens. The twin of machine.ts."""

import asyncio
import contextvars

from texts import ProgramError, Return, outcome, show, task_name, value_text
from virtual_loop import Deadlock, OrderedSet, TooLong


class Machine:
    def __init__(self, loop):
        self.loop = loop
        self.trace = []
        self.slots = {}
        self.spawned = []
        self.callbacks = {}
        self.main_task = None
        self.group = None
        self.scope = None
        self.count = 0
        self.locks = {
            "k0": asyncio.Lock(),
            "k1": asyncio.Lock(),
            "s0": asyncio.Semaphore(2),
            "s1": asyncio.BoundedSemaphore(1),
        }
        self.event = asyncio.Event()
        self.condition = asyncio.Condition()
        self.barriers = {"b0": asyncio.Barrier(2), "b1": asyncio.Barrier(3)}
        self.queues = {
            "q0": asyncio.Queue(),
            "q1": asyncio.Queue(1),
            "q2": asyncio.PriorityQueue(2),
            "q3": asyncio.LifoQueue(2),
        }
        self.variable = contextvars.ContextVar("v0", default=-1)
        self.contexts = {"x0": contextvars.copy_context(), "x1": contextvars.copy_context()}

    # The frame of a program

    def log(self, event):
        task = asyncio.current_task(self.loop)
        self.trace.append(f"{self.loop.time()}|{task_name(task)}|{event}")

    async def main(self, body):
        try:
            self.log("main returned " + value_text(await self.run(body)))
        except (Deadlock, TooLong):
            raise
        except BaseException as error:
            self.log("main raised " + show(error))

    async def cleanup(self):
        left = [task for task in [self.main_task, *self.spawned] if not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1000)
        for task in self.spawned:
            self.log(f"end {task.get_name()} {outcome(task)}")

    async def run(self, body):
        """A body as a coroutine of its own, which `return` ends."""
        try:
            await self.execute(body)
        except Return as result:
            return result.value
        return None

    async def execute(self, body):
        for operation, *operands in body:
            answer = getattr(self, "do_" + operation)(*operands)
            if answer is not None:
                await answer

    def keep(self, slot, task):
        self.slots[slot] = task
        self.spawned.append(task)

    def other(self, slot):
        """What is in the slot, unless that is the running task, which cannot wait for itself."""
        found = self.slots.get(slot)
        return None if found is asyncio.current_task() else found

    def others(self, slots):
        return [found for found in map(self.other, slots) if found is not None]

    def unfinished(self, slots):
        """What as_completed keeps in a set, whose order shows in the order of those that are done already."""
        return [future for future in self.others(slots) if not future.done()]

    def item(self, item):
        return self.other(item["slot"]) if "slot" in item else self.run(item["body"])

    def items(self, items):
        return [found for found in map(self.item, items) if found is not None]

    # Flow

    def do_log(self, text):
        self.log(text)

    async def do_sleep(self, duration):
        await asyncio.sleep(duration)
        self.log(f"slept {duration}")

    def do_yield(self):
        return asyncio.sleep(0)

    def do_raise(self, name):
        raise ProgramError(name)

    def do_return(self, value):
        raise Return(value)

    async def do_try(self, body, on_cancel, on_error, finally_body):
        try:
            await self.execute(body)
        except asyncio.CancelledError as error:
            self.log("caught " + show(error))
            if on_cancel == "uncancel":
                self.do_uncancel()
            elif on_cancel != "swallow":
                raise
        except Return:
            raise
        except Exception as error:
            self.log("caught " + show(error))
            if on_error != "swallow":
                raise
        finally:
            if finally_body:
                await self.execute(finally_body)

    # Tasks

    def do_spawn(self, slot, body):
        self.keep(slot, asyncio.create_task(self.run(body), name=slot))

    def do_spawn_eager(self, slot, body, eager):
        self.keep(slot, asyncio.create_task(self.run(body), name=slot, eager_start=eager))

    def do_spawn_in(self, slot, body, context):
        # Not eager: CPython refuses to enter a context that is entered already.
        context = self.contexts[context]
        task = asyncio.create_task(self.run(body), name=slot, context=context, eager_start=False)
        self.keep(slot, task)

    async def do_await(self, slot):
        future = self.other(slot)
        if future is not None:
            self.log(f"got {slot} {value_text(await future)}")

    def do_state(self, slot):
        future = self.slots.get(slot)
        if future is not None:
            self.log(f"state {slot} {outcome(future)}")

    def do_all_tasks(self):
        self.log("tasks " + ",".join(sorted(task_name(task) for task in asyncio.all_tasks())))

    def do_cancel(self, slot, message):
        future = self.slots.get(slot)
        if future is not None:
            self.log(f"cancel {slot} {value_text(future.cancel(message))}")

    def do_cancel_later(self, delay, slot):
        self.loop.call_later(delay, self.do_cancel, slot, None)

    def do_cancel_self(self):
        self.log("cancel_self " + value_text(asyncio.current_task().cancel()))

    def do_uncancel(self):
        self.log(f"uncancel {asyncio.current_task().uncancel()}")

    def do_cancelling(self):
        self.log(f"cancelling {asyncio.current_task().cancelling()}")

    # Combining

    async def do_gather(self, items, return_exceptions):
        results = await asyncio.gather(*self.items(items), return_exceptions=return_exceptions)
        self.log("gathered " + value_text(results))

    def do_gather_as(self, slot, items, return_exceptions):
        self.slots[slot] = asyncio.gather(*self.items(items), return_exceptions=return_exceptions)

    async def do_wait(self, slots, timeout, return_when):
        futures = self.others(slots)
        if not futures:
            return
        names = {id(self.slots[slot]): slot for slot in slots if slot in self.slots}
        return_when = getattr(asyncio, return_when)
        done, pending = await asyncio.wait(futures, timeout=timeout, return_when=return_when)
        texts = [",".join(sorted(names[id(each)] for each in group)) for group in (done, pending)]
        self.log("waited done=%s pending=%s" % tuple(texts))

    async def do_wait_for(self, item, timeout):
        awaitable = self.item(item)
        if awaitable is not None:
            self.log("wait_for " + value_text(await asyncio.wait_for(awaitable, timeout)))

    async def do_shield(self, item):
        awaitable = self.item(item)
        if awaitable is not None:
            self.log("shield " + value_text(await asyncio.shield(awaitable)))

    def do_shield_as(self, slot, item):
        awaitable = self.item(item)
        if awaitable is not None:
            self.slots[slot] = asyncio.shield(awaitable)

    async def do_as_completed(self, slots, timeout):
        futures = self.unfinished(slots)
        if not futures:
            return
        seen = []
        for awaitable in asyncio.as_completed(futures, timeout=timeout):
            try:
                text = value_text(await awaitable)
            except asyncio.CancelledError as error:
                if asyncio.current_task().cancelling():
                    raise
                text = show(error)
            except (TimeoutError, ProgramError) as error:
                text = show(error)
            seen.append(f"{self.loop.time()}:{text}")
        self.log("as_completed " + " ".join(sorted(seen)))

    async def do_as_completed_at_once(self, slots, timeout):
        futures = self.unfinished(slots)
        if futures:
            each = asyncio.as_completed(futures, timeout=timeout)
            self.log("at once " + value_text(await asyncio.gather(*each, return_exceptions=True)))

    # Scopes

    async def do_timeout(self, delay, body, rescheduled):
        try:
            async with asyncio.timeout(delay) as scope:
                self.scope = scope
                if rescheduled is not None:
                    scope.reschedule(self.loop.time() + rescheduled)
                await self.execute(body)
        except TimeoutError:
            self.log("timeout expired=" + value_text(scope.expired()))

    def do_reschedule(self, delay):
        """Moves the deadline of the timeout that was entered last, whoever is in it."""
        if self.scope is None:
            return
        try:
            self.scope.reschedule(None if delay is None else self.loop.time() + delay)
        except RuntimeError:
            self.log("reschedule refused")

    async def do_group(self, children, body):
        try:
            group = asyncio.TaskGroup()
            group._tasks = OrderedSet()
            async with group:
                self.group = group
                for slot, child in children:
                    self.keep(slot, group.create_task(self.run(child), name=slot))
                await self.execute(body)
            self.log("group done")
        except BaseExceptionGroup as error:
            self.log("group failed " + show(error))

    def do_group_spawn(self, slot, body):
        """Adds a task to the group that was entered last, whoever is in it."""
        if self.group is None:
            return
        try:
            self.keep(slot, self.group.create_task(self.run(body), name=slot))
        except RuntimeError:
            self.log("group refused " + slot)

    # Futures and callbacks

    def do_fut(self, slot):
        self.slots[slot] = self.loop.create_future()

    def do_set_result(self, slot, value):
        self.settle("set", slot, lambda future: future.set_result(value))

    def do_set_exc(self, slot, name):
        self.settle("set_exc", slot, lambda future: future.set_exception(ProgramError(name)))

    def settle(self, what, slot, action):
        future = self.slots.get(slot)
        if future is None or not is_plain(future):
            return
        try:
            action(future)
            self.log(f"{what} {slot}")
        except asyncio.InvalidStateError:
            self.log(f"{what} {slot} InvalidState")

    def do_call_later(self, delay, slot, value):
        future = self.slots.get(slot)
        if future is None or not is_plain(future):
            return

        def fire():
            self.log("timer " + slot)
            if not future.done():
                future.set_result(value)

        self.loop.call_later(delay, fire)

    def do_add_cb(self, slot, name):
        future = self.slots.get(slot)
        if future is None:
            return

        def callback(future):
            self.log(f"callback {name} {slot} {outcome(future)}")

        future.add_done_callback(self.callbacks.setdefault((slot, name), callback))

    def do_rm_cb(self, slot, name):
        future = self.slots.get(slot)
        if future is not None:
            callback = self.callbacks.get((slot, name))
            self.log(f"removed {future.remove_done_callback(callback) if callback else 0}")

    def do_cb_cancel(self, slot, victim):
        future = self.slots.get(slot)
        if future is not None:
            future.add_done_callback(lambda _: self.do_cancel(victim, "by callback"))

    def do_cb_raise(self, slot, name):
        future = self.slots.get(slot)
        if future is not None:
            future.add_done_callback(lambda _: self.do_raise(name))

    # Synchronisation

    async def do_with_lock(self, lock, body):
        async with self.locks[lock]:
            self.log("locked " + lock)
            await self.execute(body)
        self.log("unlocked " + lock)

    async def do_with_sem(self, semaphore, body):
        async with self.locks[semaphore]:
            self.log("sem in")
            await self.execute(body)
        self.log("sem out")

    async def do_acquire(self, lock):
        await self.locks[lock].acquire()
        self.log("acquired " + lock)

    def do_release(self, lock):
        try:
            self.locks[lock].release()
            self.log(f"released {lock} locked={value_text(self.locks[lock].locked())}")
        except (RuntimeError, ValueError) as error:
            self.log(f"release {lock} {show(error)}")

    async def do_event_wait(self, _):
        await self.event.wait()
        self.log("event seen")

    def do_event_set(self, _):
        self.event.set()

    def do_event_clear(self, _):
        self.event.clear()

    async def do_barrier(self, barrier):
        self.log(f"barrier {await self.barriers[barrier].wait()}")

    async def do_barrier_reset(self, barrier):
        await self.barriers[barrier].reset()
        self.log(f"barrier reset waiting={self.barriers[barrier].n_waiting}")

    async def do_barrier_abort(self, barrier):
        await self.barriers[barrier].abort()
        self.log("barrier aborted")

    async def do_cond_wait(self, _):
        async with self.condition:
            await self.condition.wait()
            self.log("notified")

    async def do_cond_notify(self, _, n):
        async with self.condition:
            self.condition.notify(n)

    async def do_cond_until(self, n):
        async with self.condition:
            await self.condition.wait_for(lambda: self.count >= n)
            self.log(f"count is {self.count}")

    async def do_cond_bump(self, n):
        async with self.condition:
            self.count += 1
            self.condition.notify(n)

    # Queues

    async def do_put(self, queue, value):
        await self.queues[queue].put(value)
        self.log(f"put {queue} {value}")

    async def do_get(self, queue):
        self.log(f"get {queue} {await self.queues[queue].get()}")

    def do_put_nowait(self, queue, value):
        try:
            self.queues[queue].put_nowait(value)
            self.log(f"put_nowait {queue} {value}")
        except (asyncio.QueueFull, asyncio.QueueShutDown) as error:
            self.log(f"put_nowait {queue} {show(error)}")

    def do_get_nowait(self, queue):
        try:
            self.log(f"get_nowait {queue} {self.queues[queue].get_nowait()}")
        except (asyncio.QueueEmpty, asyncio.QueueShutDown) as error:
            self.log(f"get_nowait {queue} {show(error)}")

    def do_task_done(self, queue):
        try:
            self.queues[queue].task_done()
        except ValueError:
            self.log("task_done ValueError")

    async def do_join(self, queue):
        await self.queues[queue].join()
        self.log("joined")

    def do_shutdown(self, queue, immediate):
        self.queues[queue].shutdown(immediate)
        self.log("shutdown")

    # Contexts

    def do_ctx_set(self, _, value):
        self.variable.set(value)

    def do_ctx_get(self, _):
        self.log(f"ctx {self.variable.get()}")

    def do_ctx_cb(self, slot, context):
        """A callback that reads and changes the variable, in its own context or a given one."""
        future = self.slots.get(slot)
        if future is None:
            return

        def callback(_):
            self.log(f"callback ctx {self.variable.get()}")
            self.variable.set(self.variable.get() + 100)

        # An explicit None would mean the context of whoever settles the future, to the C implementation at least.
        given = {} if context is None else {"context": self.contexts[context]}
        future.add_done_callback(callback, **given)


def is_plain(future):
    """Whether anybody may settle it: the results of tasks, gather and shield are their own affair."""
    return type(future) is asyncio.Future
