"""Answers what CPython does with a program: a trace, one line an event."""

import asyncio
import gc
import json

from generator import Generator
from machine import Machine
from texts import outcome
from virtual_loop import Deadlock, TooLong, VirtualLoop
from wide_generator import WideGenerator

GENERATORS = {1: Generator, 2: WideGenerator}


def make_program(version, seed):
    return json.dumps(GENERATORS[version](seed).program(), separators=(",", ":"))


def trace_of(program, eager):
    """The trace of a program, given and answered as JSON."""
    # A collection would close the coroutines of tasks that are only reachable from themselves, at some moment.
    gc.disable()
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    loop = VirtualLoop()
    try:
        return json.dumps(run(json.loads(program), loop, eager), separators=(",", ":"))
    finally:
        loop.close()
        asyncio._set_running_loop(outer)


def run(program, loop, eager):
    if eager:
        loop.set_task_factory(asyncio.eager_task_factory)
    loop.set_exception_handler(lambda loop, context: None)
    machine = None

    async def boot():
        nonlocal machine
        machine = Machine(loop)
        machine.main_task = task
        await machine.main(program["main"])

    task = loop.create_task(boot(), name="main")
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        pass
    except Deadlock:
        machine.trace.append("deadlock")
    except TooLong:
        return machine.trace + ["too long"]
    # Once nothing can happen any more, what is left is cancelled, main first.
    loop.allow_more_turns()
    try:
        loop.run_until_complete(loop.create_task(machine.cleanup(), name="cleanup"))
    except Deadlock:
        machine.trace.append("cleanup deadlock")
    except TooLong:
        return machine.trace + ["cleanup too long"]
    machine.trace.append("main " + outcome(task))
    return machine.trace
