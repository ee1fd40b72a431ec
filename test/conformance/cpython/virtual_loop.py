"""An asyncio loop whose clock jumps to the next timer when nothing is ready."""

import asyncio
import heapq

TURNS_AT_MOST = 20_000


class Deadlock(BaseException):
    """Nothing is ready and no timer is set."""


class TooLong(BaseException):
    """The program goes on and on."""


class StableTimer(asyncio.TimerHandle):
    """Timers of equal times run in the order they were set; a plain heap leaves that open."""

    __slots__ = ("order",)

    def __lt__(self, other):
        return (self._when, self.order) < (other._when, other.order)


class VirtualLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._now = 0
        self._timer_count = 0
        self._turns = 0
        self._selector = self
        # A timer is due at its own instant: all durations are whole.
        self._clock_resolution = 0.5

    def time(self):
        return self._now

    def allow_more_turns(self):
        self._turns = 0

    def select(self, timeout):
        """What the base class waits with: there is no world outside, so time moves instead."""
        self._turns += 1
        if self._turns > TURNS_AT_MOST:
            raise TooLong
        if timeout is None:
            raise Deadlock
        if timeout > 0:
            self._now += timeout
        return []

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def call_at(self, when, callback, *args, context=None):
        timer = StableTimer(when, callback, args, self, context)
        timer.order = self._timer_count
        self._timer_count += 1
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer


class OrderedSet(dict):
    """Stands in for the set of tasks of a TaskGroup, whose order is that of memory addresses."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def __iter__(self):
        return iter(list(self.keys()))
