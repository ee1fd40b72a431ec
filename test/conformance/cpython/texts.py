"""How values, errors and outcomes are written in a trace. texts.ts writes them the same way."""

import asyncio


class ProgramError(Exception):
    """What the statement `raise` raises."""


class Return(Exception):
    """How the statement `return` leaves nested bodies."""

    def __init__(self, value):
        self.value = value


# The first that matches names the error.
NAMES = [
    (TimeoutError, "Timeout"),
    (asyncio.InvalidStateError, "InvalidState"),
    (asyncio.QueueShutDown, "QueueShutDown"),
    (asyncio.QueueEmpty, "QueueEmpty"),
    (asyncio.QueueFull, "QueueFull"),
    (asyncio.BrokenBarrierError, "BrokenBarrier"),
    (ValueError, "ValueError"),
    (RuntimeError, "RuntimeError"),
]


def show(error):
    if isinstance(error, asyncio.CancelledError):
        message = error.args[0] if error.args else None
        return f"Cancelled({'' if message is None else message})"
    if isinstance(error, BaseExceptionGroup):
        return f"Group[{','.join(show(each) for each in error.exceptions)}]"
    if isinstance(error, ProgramError):
        return f"Error({error.args[0]})"
    if isinstance(error, Return):
        return f"Return:{error.value}"
    for kind, name in NAMES:
        if isinstance(error, kind):
            return name
    return f"{type(error).__name__}:{error}"


def value_text(value):
    if value is None:
        return "none"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(value_text(each) for each in value)}]"
    if isinstance(value, BaseException):
        return show(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def outcome(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    error = future.exception()
    if error is not None:
        return f"raised {show(error)}"
    return f"returned {value_text(future.result())}"


def task_name(task):
    """Automatic names are numbered through the whole process, which says nothing about the program."""
    if task is None:
        return "-"
    name = task.get_name()
    return "Task" if name.startswith("Task-") else name
