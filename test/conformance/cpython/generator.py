"""Random concurrent programs. A seed always gives the same program, in every version of Python.

A program is {"seed": int, "main": body}, a body is a list of statements, a statement is [operation, operand…]. program.ts
has the types. Slots (t0…, f0…) are variables of the whole program. All durations are whole.

A version that programs have been recorded from never changes: this is version 1, wide_generator.py has version 2.
"""

import random

DURATIONS = [0, 0, 1, 2, 3, 5, 7, 11, 13, 17]
NOTHING = ["yield"]


class Generator:
    """Version 1: what most programs are made of."""

    # Each family: its operations, with their weights.
    FAMILIES = {
        "base": {
            "log": 3, "sleep": 5, "yield": 3, "spawn": 5, "await": 3, "try": 3, "raise": 1, "return": 1, "state": 1,
        },
        "cancel": {"cancel": 5, "cancel_self": 1, "uncancel": 1, "cancelling": 1},
        "comb": {"gather": 4, "wait": 4, "wait_for": 4, "shield": 3, "as_completed": 2},
        "scope": {"timeout": 5},
        "fut": {
            "fut": 3, "set_result": 3, "set_exc": 2, "add_cb": 3, "rm_cb": 1, "cancel_fut": 1, "call_later": 2,
        },
        "group": {"group": 4},
        "sync": {
            "with_lock": 3, "event_wait": 2, "event_set": 2, "event_clear": 1, "with_sem": 3, "barrier": 1,
            "cond_wait": 2, "cond_notify": 2,
        },
        "queue": {"put": 3, "get": 3, "task_done": 1, "join": 1, "shutdown": 1},
        "ctx": {"ctx_set": 2, "ctx_get": 2},
    }
    NESTING = {"try", "timeout", "group", "with_lock", "with_sem", "spawn"}
    # What may wait for ever; most of these get a deadline in main.
    BLOCKING = {
        "event_wait", "barrier", "cond_wait", "get", "join", "await", "wait", "gather", "as_completed", "put", "shield",
    }
    QUEUES = ["q0", "q1"]
    BARRIERS = ["b0"]

    def __init__(self, seed):
        self.seed = seed
        self.random = self.make_random(seed)
        self.tasks = self.futures = self.logs = 0
        self.budget = self.random.randint(15, 60)
        families = list(self.FAMILIES)
        chosen = self.random.sample(families, self.random.randint(2, len(families)))
        self.families = [family for family in families if family in chosen or family == "base"]

    def make_random(self, seed):
        return random.Random(seed)

    def program(self):
        main = []
        while self.budget > 0:
            if self.random.random() < 0.35:
                slot = self.new_task()
                self.budget -= 1
                body = self.body(2, 2, 5)
                main.append(["spawn", slot, body + (self.leaf() if self.chance(0.5) else [])])
                continue
            for statement in self.body(3, 1, 3):
                # Most of main's statements are bounded and survive a failure, so that the program goes on.
                if statement[0] in self.BLOCKING and self.chance(0.7):
                    statement = ["timeout", self.random.choice([3, 5, 11, 17, 23]), [statement], None]
                if self.chance(0.75):
                    on_cancel = self.random.choice(["swallow", "uncancel", "uncancel"])
                    statement = ["try", [statement], on_cancel, "swallow", []]
                main.append(statement)
        return {"seed": self.seed, "main": main}

    # Parts

    def chance(self, probability):
        return self.random.random() < probability

    def duration(self):
        return self.random.choice(DURATIONS)

    def number(self):
        return self.random.randint(0, 99)

    def error(self):
        return f"E{self.random.randint(0, 9)}"

    def callback_name(self):
        return f"cb{self.random.randint(0, 3)}"

    def maybe_timeout(self):
        return self.random.choice([None, self.duration(), self.duration(), self.duration()])

    def new_task(self):
        self.tasks += 1
        return f"t{self.tasks - 1}"

    def new_future(self):
        self.futures += 1
        return f"f{self.futures - 1}"

    def pool(self, kinds):
        counts = {"t": self.tasks, "f": self.futures}
        return [f"{kind}{n}" for kind in "tf" if kind in kinds for n in range(counts[kind])]

    def slot(self, kinds="tf"):
        pool = self.pool(kinds)
        return self.random.choice(pool) if pool else None

    def slots(self, count):
        pool = self.pool("tf")
        self.random.shuffle(pool)
        return sorted(pool[:count])

    def body(self, depth, least, most):
        statements = []
        for _ in range(self.random.randint(least, most)):
            if self.budget <= 0:
                break
            statements.append(self.statement(depth))
        return statements

    def leaf(self):
        """A short body that ends in some way."""
        body = [["sleep", self.duration()]] if self.chance(0.8) else []
        ending = self.random.random()
        if ending < 0.5:
            body.append(["return", self.number()])
        elif ending < 0.8:
            body.append(["raise", self.error()])
        return body

    def statement(self, depth):
        self.budget -= 1
        weights = {}
        for family in self.families:
            weights.update(self.FAMILIES[family])
        operation = self.random.choices(list(weights), list(weights.values()))[0]
        if depth <= 0 and operation in self.NESTING:
            operation = "sleep"
        return getattr(self, "make_" + operation)(depth) or NOTHING

    # Statements; what makes no sense yet is nothing. The order of the draws is part of the version.

    def make_log(self, depth):
        self.logs += 1
        return ["log", f"L{self.logs}"]

    def make_sleep(self, depth):
        return ["sleep", self.duration()]

    def make_yield(self, depth):
        return NOTHING

    def make_spawn(self, depth):
        body = self.body(depth - 1, 1, 5) or self.leaf()
        if self.chance(0.5):
            body = body + self.leaf()
        return ["spawn", self.new_task(), body]

    def make_await(self, depth):
        slot = self.slot()
        return slot and ["await", slot]

    def make_try(self, depth):
        body = self.body(depth - 1, 1, 4)
        on_cancel = self.random.choice(["swallow", "reraise", "none", "none", "uncancel"])
        on_error = self.random.choice(["swallow", "none"])
        return ["try", body, on_cancel, on_error, self.body(depth - 1, 0, 2) if self.chance(0.4) else []]

    def make_raise(self, depth):
        return ["raise", self.error()] if depth < 3 else None

    def make_return(self, depth):
        return ["return", self.number()] if depth < 3 else None

    def make_state(self, depth):
        slot = self.slot()
        return slot and ["state", slot]

    def make_cancel(self, depth):
        slot = self.slot("t")
        return slot and ["cancel", slot, self.random.choice([None, None, f"m{self.random.randint(0, 9)}"])]

    def make_cancel_self(self, depth):
        return ["cancel_self"]

    def make_uncancel(self, depth):
        return ["uncancel"]

    def make_cancelling(self, depth):
        return ["cancelling"]

    def gather_items(self, depth):
        items = []
        for _ in range(self.random.randint(1, 4)):
            fresh = self.chance(0.5) or not self.pool("tf")
            items.append({"body": self.leaf()} if fresh else {"slot": self.slot()})
        return items

    def make_gather(self, depth):
        return ["gather", self.gather_items(depth), self.chance(0.4)]

    def make_wait(self, depth):
        slots = self.slots(self.random.randint(1, 4))
        if not slots:
            return None
        timeout = self.random.choice([None, None, self.duration(), self.duration()])
        condition = self.random.choice(["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"])
        return ["wait", slots, timeout, condition]

    def make_wait_for(self, depth):
        timeout = self.maybe_timeout()
        if self.chance(0.5):
            return ["wait_for", {"body": self.leaf()}, timeout]
        slot = self.slot()
        return slot and ["wait_for", {"slot": slot}, timeout]

    def make_shield(self, depth):
        if self.chance(0.3):
            return ["shield", {"body": self.leaf()}]
        slot = self.slot()
        return slot and ["shield", {"slot": slot}]

    def make_as_completed(self, depth):
        slots = self.slots(self.random.randint(1, 4))
        return slots and ["as_completed", slots, self.random.choice([None, None, self.duration()])]

    def make_timeout(self, depth):
        delay = self.maybe_timeout()
        body = self.body(depth - 1, 1, 4)
        return ["timeout", delay, body, self.random.choice([None, None, None, self.duration()])]

    def make_fut(self, depth):
        return ["fut", self.new_future()]

    def make_set_result(self, depth):
        slot = self.slot("f")
        return slot and ["set_result", slot, self.number()]

    def make_set_exc(self, depth):
        slot = self.slot("f")
        return slot and ["set_exc", slot, self.error()]

    def make_cancel_fut(self, depth):
        slot = self.slot("f")
        return slot and ["cancel", slot, None]

    def make_call_later(self, depth):
        slot = self.slot("f")
        return slot and ["call_later", self.duration(), slot, self.number()]

    def make_add_cb(self, depth):
        slot = self.slot()
        return slot and ["add_cb", slot, self.callback_name()]

    def make_rm_cb(self, depth):
        slot = self.slot()
        return slot and ["rm_cb", slot, self.callback_name()]

    def make_group(self, depth):
        children = []
        for _ in range(self.random.randint(1, 3)):
            body = self.body(depth - 1, 0, 3) + self.leaf()
            children.append([self.new_task(), body])
        return ["group", children, self.body(depth - 1, 0, 3)]

    def make_with_lock(self, depth):
        return ["with_lock", self.random.choice(["k0", "k1"]), self.body(depth - 1, 1, 3)]

    def make_with_sem(self, depth):
        return ["with_sem", "s0", self.body(depth - 1, 1, 3)]

    def make_event_wait(self, depth):
        return ["event_wait", "e0"]

    def make_event_set(self, depth):
        return ["event_set", "e0"]

    def make_event_clear(self, depth):
        return ["event_clear", "e0"]

    def make_barrier(self, depth):
        return ["barrier", self.BARRIERS[0]]

    def make_cond_wait(self, depth):
        return ["cond_wait", "c0"]

    def make_cond_notify(self, depth):
        return ["cond_notify", "c0", self.random.choice([1, 1, 2, 99])]

    def queue(self):
        return self.random.choice(self.QUEUES)

    def make_put(self, depth):
        return ["put", self.queue(), self.number()]

    def make_get(self, depth):
        return ["get", self.queue()]

    def make_task_done(self, depth):
        return ["task_done", self.queue()]

    def make_join(self, depth):
        return ["join", self.queue()]

    def make_shutdown(self, depth):
        return ["shutdown", self.queue(), self.chance(0.5)]

    def make_ctx_set(self, depth):
        self.queue()  # drawn and dropped ever since version 1
        return ["ctx_set", "v0", self.number()]

    def make_ctx_get(self, depth):
        self.queue()
        return ["ctx_get", "v0"]
