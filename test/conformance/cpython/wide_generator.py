"""Version 2 of the generator: the rest of asyncio, and everything nested deeper."""

import random

from generator import Generator


class WideGenerator(Generator):
    FAMILIES = {
        **Generator.FAMILIES,
        "base": {**Generator.FAMILIES["base"], "spawn_eager": 1, "all_tasks": 1},
        "cancel": {**Generator.FAMILIES["cancel"], "cancel_later": 3, "cb_cancel": 2},
        "comb": {
            **Generator.FAMILIES["comb"], "gather_as": 3, "shield_as": 3, "as_completed_at_once": 2,
        },
        "scope": {"timeout": 5, "reschedule": 2},
        "fut": {**Generator.FAMILIES["fut"], "cb_raise": 1},
        "group": {"group": 4, "group_spawn": 2},
        "sync": {
            **Generator.FAMILIES["sync"], "acquire": 2, "release": 3, "barrier": 3, "barrier_reset": 1,
            "barrier_abort": 1, "cond_until": 2, "cond_bump": 3,
        },
        "queue": {**Generator.FAMILIES["queue"], "put_nowait": 3, "get_nowait": 2},
        "ctx": {**Generator.FAMILIES["ctx"], "spawn_in": 2, "ctx_cb": 2},
    }
    NESTING = Generator.NESTING | {"spawn_eager", "spawn_in", "group_spawn"}
    BLOCKING = Generator.BLOCKING | {
        "as_completed_at_once", "acquire", "with_lock", "with_sem", "cond_until", "cond_notify", "cond_bump",
    }
    QUEUES = ["q0", "q1", "q2", "q3"]
    BARRIERS = ["b0", "b1"]

    def make_random(self, seed):
        return random.Random(f"2:{seed}")

    def fresh(self, depth):
        """A body for a new coroutine: a leaf, or anything."""
        if depth <= 1 or self.chance(0.5):
            return self.leaf()
        return self.body(depth - 1, 1, 3) + self.leaf()

    def item(self, depth, fresh):
        slot = None if self.chance(fresh) else self.slot()
        return {"slot": slot} if slot else {"body": self.fresh(depth)}

    def gather_items(self, depth):
        return [self.item(depth, 0.5) for _ in range(self.random.randint(0, 4))]

    def make_gather_as(self, depth):
        items = self.gather_items(depth)
        return ["gather_as", self.new_future(), items, self.chance(0.4)]

    def make_wait_for(self, depth):
        return ["wait_for", self.item(depth, 0.5), self.maybe_timeout()]

    def make_shield(self, depth):
        return ["shield", self.item(depth, 0.5)]

    def make_shield_as(self, depth):
        item = self.item(depth, 0.3)
        return ["shield_as", self.new_future(), item]

    def make_as_completed_at_once(self, depth):
        _, slots, timeout = self.make_as_completed(depth) or (None, None, None)
        return slots and ["as_completed_at_once", slots, timeout]

    def make_spawn_eager(self, depth):
        _, slot, body = self.make_spawn(depth)
        return ["spawn_eager", slot, body, self.chance(0.5)]

    def make_spawn_in(self, depth):
        _, slot, body = self.make_spawn(depth)
        return ["spawn_in", slot, body, self.random.choice(["x0", "x1"])]

    def make_group_spawn(self, depth):
        _, slot, body = self.make_spawn(depth)
        return ["group_spawn", slot, body]

    def make_all_tasks(self, depth):
        return ["all_tasks"]

    def make_cancel_later(self, depth):
        slot = self.slot("tf")
        return slot and ["cancel_later", self.duration(), slot]

    def make_cb_cancel(self, depth):
        slot = self.slot()
        return slot and ["cb_cancel", slot, self.slot()]

    def make_cb_raise(self, depth):
        slot = self.slot()
        return slot and ["cb_raise", slot, self.error()]

    def make_reschedule(self, depth):
        return ["reschedule", self.maybe_timeout()]

    def make_acquire(self, depth):
        return ["acquire", self.random.choice(["k0", "k1", "s0", "s1"])]

    def make_release(self, depth):
        return ["release", self.random.choice(["k0", "k1", "s0", "s1", "s1"])]

    def barrier_name(self):
        return self.random.choice(self.BARRIERS)

    def make_barrier(self, depth):
        return ["barrier", self.barrier_name()]

    def make_barrier_reset(self, depth):
        return ["barrier_reset", self.barrier_name()]

    def make_barrier_abort(self, depth):
        return ["barrier_abort", self.barrier_name()]

    def make_cond_until(self, depth):
        return ["cond_until", self.random.randint(0, 4)]

    def make_cond_bump(self, depth):
        return ["cond_bump", self.random.choice([1, 1, 2, 99])]

    def make_put_nowait(self, depth):
        return ["put_nowait", self.queue(), self.number()]

    def make_get_nowait(self, depth):
        return ["get_nowait", self.queue()]

    def make_ctx_cb(self, depth):
        slot = self.slot()
        return slot and ["ctx_cb", slot, self.random.choice([None, "x0", "x1"])]
