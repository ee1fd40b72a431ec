import {
  CancelledError,
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  type Coroutine,
  channel,
  createTask,
  EndOfChannel,
  formatCallGraph,
  gather,
  type Receiver,
  sleep,
  TimeoutError,
  timeout,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

function* drain<T>(receiver: Receiver<T>): Coroutine<T[]> {
  const items: T[] = [];
  for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) {
    items.push(step.value);
  }
  return items;
}

describe('sending and receiving', () => {
  test.each([0, 1, 3, Number.POSITIVE_INFINITY])(
    'with capacity %d items come out in the order in which they went in, until the senders are closed',
    (capacity) =>
      inLoop(function* () {
        const { sender, receiver } = channel<number>(capacity);
        const sending = createTask(function* () {
          for (let n = 0; n < 20; n++) yield* sender.send(n);
          sender.close();
        });
        expect(yield* drain(receiver)).toEqual(Array.from({ length: 20 }, (_, n) => n));
        yield* sending;
        expect(yield* caught(receiver.receive())).toBeInstanceOf(EndOfChannel);
      }),
  );

  test('send() waits while there is no room', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(2);
      const log: unknown[] = [];
      const sending = createTask(function* () {
        for (const n of [1, 2, 3]) {
          yield* sender.send(n);
          log.push(n);
        }
      });
      yield* iterations(3);
      expect(log).toEqual([1, 2]);
      expect(sender.statistics()).toEqual({
        name: undefined,
        capacity: 2,
        size: 2,
        peakSize: 2,
        senders: 1,
        receivers: 1,
        sending: 1,
        receiving: 0,
      });
      expect(yield* receiver.receive()).toBe(1);
      yield* sending;
      expect([receiver.receiveNowait(), receiver.receiveNowait()]).toEqual([2, 3]);
    }));

  test('without capacity send() waits until a task takes the item', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<string>();
      const sending = createTask(sender.send('a'));
      yield* iterations(3);
      expect([sending.done(), sender.statistics().sending, sender.statistics().size]).toEqual([
        false,
        1,
        0,
      ]);
      expect(yield* receiver.receive()).toBe('a');
      yield* sending;
      expect(sender.statistics()).toMatchObject({ size: 0, sending: 0, receiving: 0 });
    }));

  test('tasks that wait are served in the order in which they came, on both sides', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const log: string[] = [];
      const receivers = [0, 1, 2].map((n) =>
        createTask(function* () {
          log.push(`${n} got ${yield* receiver.receive()}`);
        }),
      );
      yield* iterations(2);
      for (const n of [10, 11, 12]) yield* sender.send(n);
      yield* gather(receivers);
      expect(log).toEqual(['0 got 10', '1 got 11', '2 got 12']);
      sender.sendNowait(0);
      const senders = [1, 2, 3].map((n) => createTask(sender.send(n)));
      yield* iterations(2);
      const got: number[] = [];
      for (let n = 0; n < 4; n++) got.push(yield* receiver.receive());
      expect(got).toEqual([0, 1, 2, 3]);
      yield* gather(senders);
    }));

  test('a newcomer does not overtake a task that was woken', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(2);
      const log: string[] = [];
      const get = (name: string) =>
        function* () {
          log.push(`${name} ${yield* receiver.receive()}`);
        };
      const first = createTask(get('first'));
      yield* iterations(2);
      sender.sendNowait(1);
      const second = createTask(get('second'), { eagerStart: true });
      sender.sendNowait(2);
      yield* gather([first, second]);
      expect(log).toEqual(['first 1', 'second 2']);
    }));

  test.each([1, 2])(
    'a newcomer does not overtake a task that was woken, though there be enough for both; %d of 3 came before',
    (early) =>
      inLoop(function* () {
        const { sender, receiver } = channel<number>(3);
        const log: string[] = [];
        const receivers = ['a', 'b', 'c'].map((name) => () => {
          const task = createTask(receiver.receive(), { eagerStart: true });
          task.addDoneCallback(() => log.push(`${name} ${task.result()}`));
          return task;
        });
        const tasks = receivers.slice(0, early).map((come) => come());
        for (let n = 1; n <= 3; n++) sender.sendNowait(n);
        for (const come of receivers.slice(early)) tasks.push(come());
        yield* gather(tasks);
        yield* iterations(1);
        expect(log).toEqual(['a 1', 'b 2', 'c 3']);

        for (let n = 1; n <= 3; n++) sender.sendNowait(n);
        const senders = [4, 5, 6].map(
          (n) => () => createTask(sender.send(n), { eagerStart: true }),
        );
        const sending = senders.slice(0, early).map((come) => come());
        for (let n = 1; n <= 3; n++) expect(receiver.receiveNowait()).toBe(n);
        for (const come of senders.slice(early)) sending.push(come());
        yield* gather(sending);
        for (let n = 4; n <= 6; n++) expect(receiver.receiveNowait()).toBe(n);
      }),
  );

  test('undefined is an item', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<undefined>(1);
      sender.sendNowait(undefined);
      sender.close();
      expect(yield* receiver.next()).toEqual({ done: false, value: undefined });
      expect(yield* receiver.next()).toEqual({ done: true, value: undefined });
    }));
});

describe('calls that do not wait', () => {
  test('sendNowait() throws when there is no room, receiveNowait() when there is no item', () => {
    const { sender, receiver } = channel<number>(1);
    expect(thrownBy(() => receiver.receiveNowait())).toBeInstanceOf(ChannelEmpty);
    sender.sendNowait(1);
    expect(thrownBy(() => sender.sendNowait(2))).toBeInstanceOf(ChannelFull);
    expect(receiver.receiveNowait()).toBe(1);
    sender.close();
    expect(thrownBy(() => receiver.receiveNowait())).toBeInstanceOf(EndOfChannel);
    expect(thrownBy(() => sender.sendNowait(3))).toBeInstanceOf(ChannelClosed);
  });

  test('without capacity they need a task that waits on the other side', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(0);
      expect(thrownBy(() => sender.sendNowait(1))).toBeInstanceOf(ChannelFull);
      const receiving = createTask(receiver.receive());
      yield* iterations(2);
      sender.sendNowait(2);
      expect(thrownBy(() => sender.sendNowait(3))).toBeInstanceOf(ChannelFull);
      expect(yield* receiving).toBe(2);
      const sending = createTask(sender.send(4));
      yield* iterations(2);
      expect(receiver.receiveNowait()).toBe(4);
      expect(thrownBy(() => receiver.receiveNowait())).toBeInstanceOf(ChannelEmpty);
      yield* sending;
    }));

  test('a task from which the item was taken goes on waiting, at its place', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const receivers = [0, 1].map(() => createTask(receiver.receive()));
      yield* iterations(2);
      sender.sendNowait(1);
      expect(receiver.receiveNowait()).toBe(1);
      yield* iterations(2);
      sender.sendNowait(2);
      yield* iterations(2);
      sender.sendNowait(3);
      expect(yield* gather(receivers)).toEqual([2, 3]);
    }));
});

describe('closing', () => {
  test('wakes every receiver when the last sender is closed, and not before', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(3);
      const other = sender.clone();
      const receivers = [0, 1, 2, 3].map(() => createTask(receiver.receive()));
      yield* iterations(2);
      sender.close();
      sender.close();
      yield* iterations(2);
      expect(receivers.map((task) => task.done())).toEqual([false, false, false, false]);
      other.sendNowait(1);
      other.close();
      yield* iterations(3);
      expect(yield* receivers[0]!).toBe(1);
      for (const task of receivers.slice(1)) {
        expect(yield* caught(task)).toBeInstanceOf(EndOfChannel);
      }
    }));

  test.each([0, 1])(
    'wakes every sender when the last receiver is closed; capacity %d',
    (capacity) =>
      inLoop(function* () {
        const { sender, receiver } = channel<number>(capacity);
        if (capacity > 0) sender.sendNowait(0);
        const other = receiver.clone();
        const senders = [1, 2].map((n) => createTask(sender.send(n)));
        yield* iterations(2);
        receiver.close();
        yield* iterations(2);
        expect(senders.map((task) => task.done())).toEqual([false, false]);
        other.close();
        for (const task of senders) {
          expect(yield* caught(task)).toBeInstanceOf(ChannelBroken);
        }
        expect(thrownBy(() => sender.sendNowait(3))).toBeInstanceOf(ChannelBroken);
        expect(yield* caught(sender.send(3))).toBeInstanceOf(ChannelBroken);
        expect(sender.statistics()).toMatchObject({ size: 0, receivers: 0, sending: 0 });
      }),
  );

  test('wakes the tasks that wait at that end, and no others', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(0);
      const other = receiver.clone();
      const here = createTask(receiver.receive());
      const there = createTask(other.receive());
      yield* iterations(2);
      receiver.close();
      expect(yield* caught(here)).toBeInstanceOf(ChannelClosed);
      expect(there.done()).toBe(false);
      yield* sender.send(1);
      expect(yield* there).toBe(1);
      const clone = sender.clone();
      const kept = createTask(sender.send(2));
      const lost = createTask(clone.send(3));
      yield* iterations(2);
      clone.close();
      expect(yield* caught(lost)).toBeInstanceOf(ChannelClosed);
      expect(yield* other.receive()).toBe(2);
      yield* kept;
      expect(thrownBy(() => other.receiveNowait())).toBeInstanceOf(ChannelEmpty);
    }));

  test.each([0, 1])(
    'a task for which an item is there takes it, though its end was closed since; capacity %d',
    (capacity) =>
      inLoop(function* () {
        const { sender, receiver } = channel<number>(capacity);
        const tasks = [0, 1, 2].map(() => createTask(receiver.receive()));
        yield* iterations(2);
        sender.sendNowait(1);
        receiver.close();
        expect(thrownBy(() => sender.sendNowait(2))).toBeInstanceOf(ChannelBroken);
        expect(yield* tasks[0]!).toBe(1);
        for (const task of tasks.slice(1))
          expect(yield* caught(task)).toBeInstanceOf(ChannelClosed);
        expect(sender.statistics()).toMatchObject({ size: 0, receiving: 0 });
      }),
  );

  test('if that task is cancelled, the item is for the receivers that are left, or dropped', () =>
    inLoop(function* () {
      for (const hasOther of [true, false]) {
        const { sender, receiver } = channel<number>(1);
        const other = hasOther ? receiver.clone() : undefined;
        const first = createTask(receiver.receive());
        yield* iterations(2);
        sender.sendNowait(1);
        receiver.close();
        first.cancel();
        expect(yield* caught(first)).toBeInstanceOf(CancelledError);
        expect(sender.statistics().size).toBe(hasOther ? 1 : 0);
        if (other !== undefined) expect(yield* other.receive()).toBe(1);
      }
    }));

  test('a receiver that comes when the last item is reserved for another hears of the end', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const first = createTask(receiver.receive());
      yield* iterations(2);
      sender.sendNowait(1);
      const second = createTask(receiver.receive(), { eagerStart: true });
      sender.close();
      expect(yield* first).toBe(1);
      expect(yield* caught(second)).toBeInstanceOf(EndOfChannel);
    }));

  test('a closed end cannot be used or cloned', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      sender.sendNowait(1);
      for (const end of [sender, receiver]) {
        expect(end.closed).toBe(false);
        end.close();
        expect(end.closed).toBe(true);
        expect(thrownBy(() => end.clone())).toBeInstanceOf(ChannelClosed);
      }
      expect(yield* caught(sender.send(2))).toBeInstanceOf(ChannelClosed);
      expect(yield* caught(receiver.receive())).toBeInstanceOf(ChannelClosed);
      expect(yield* caught(receiver.next())).toBeInstanceOf(ChannelClosed);
      expect(thrownBy(() => receiver.receiveNowait())).toBeInstanceOf(ChannelClosed);
    }));

  test('a block with `using` closes its end', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      {
        using mine = sender.clone();
        mine.sendNowait(1);
      }
      sender[Symbol.dispose]();
      expect(yield* drain(receiver)).toEqual([1]);
    }));
});

describe('cancelling', () => {
  test.each([0, 1])('an item for a cancelled receiver goes to the next; capacity %d', (capacity) =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(capacity);
      const first = createTask(receiver.receive());
      const second = createTask(receiver.receive());
      yield* iterations(2);
      sender.sendNowait(1);
      first.cancel();
      expect(yield* caught(first)).toBeInstanceOf(CancelledError);
      expect(yield* second).toBe(1);
    }),
  );

  test.each([0, 1])(
    'an item for a cancelled receiver waits for the next that comes; capacity %d',
    (capacity) =>
      inLoop(function* () {
        const { sender, receiver } = channel<number>(capacity);
        const first = createTask(receiver.receive());
        yield* iterations(2);
        yield* sender.send(1);
        first.cancel();
        expect(yield* caught(first)).toBeInstanceOf(CancelledError);
        expect(yield* receiver.receive()).toBe(1);
      }),
  );

  test('a cancelled sender has not sent its item, and the next one goes on', () =>
    inLoop(function* () {
      for (const capacity of [0, 1]) {
        const { sender, receiver } = channel<number>(capacity);
        if (capacity > 0) sender.sendNowait(0);
        const first = createTask(sender.send(1));
        const second = createTask(sender.send(2));
        yield* iterations(2);
        // It wakes the first sender, which has not run when it is cancelled.
        const receiving = createTask(receiver.receive(), { eagerStart: true });
        first.cancel();
        expect(yield* caught(first)).toBeInstanceOf(CancelledError);
        expect(yield* receiving).toBe(capacity > 0 ? 0 : 2);
        if (capacity > 0) expect(yield* receiver.receive()).toBe(2);
        yield* second;
      }
    }));

  test('no item is lost with a task whose time is up', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(0);
      const late = createTask(function* () {
        try {
          return yield* timeout(5, () => receiver.receive());
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          return 'late';
        }
      });
      yield* sleep(5);
      const sending = createTask(sender.send(1));
      const result = yield* late;
      if (result === 'late') expect(yield* receiver.receive()).toBe(1);
      else expect(result).toBe(1);
      yield* sending;
      expect(yield* caught(waitFor(sender.send(2), 5))).toBeInstanceOf(TimeoutError);
      expect(receiver.statistics()).toMatchObject({ size: 0, sending: 0, receiving: 0 });
    }));

  test('a coroutine that is closed while it waits leaves its place', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const waiting = receiver.receive();
      waiting.next();
      expect(receiver.statistics().receiving).toBe(1);
      waiting.return(0);
      expect(receiver.statistics().receiving).toBe(0);
      yield* sender.send(1);
      expect(yield* receiver.receive()).toBe(1);
    }));
});

describe('async functions', () => {
  test('send, receive and iterate', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(0);
      const sending = createTask(async () => {
        using mine = sender;
        for (const n of [1, 2, 3, 4]) await mine.send(n);
      });
      const seen = createTask(async () => {
        const items = [await receiver.receive()];
        for await (const item of receiver) items.push(item);
        return items;
      });
      expect(yield* seen).toEqual([1, 2, 3, 4]);
      yield* sending;
    }));

  test('a loop that is left does not close the receiver', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(3);
      for (const n of [1, 2, 3]) sender.sendNowait(n);
      const reading = createTask(async () => {
        for await (const item of receiver) if (item === 1) break;
        for await (const item of receiver) return item;
        return undefined;
      });
      expect(yield* reading).toBe(2);
      expect(yield* receiver.receive()).toBe(3);
    }));

  test('a cancelled receiver loses no item', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(0);
      const first = createTask(async () => {
        for await (const item of receiver) return item;
        return undefined;
      });
      const second = createTask(async () => await receiver.receive());
      yield* sleep(1);
      sender.sendNowait(1);
      first.cancel();
      expect(yield* caught(first)).toBeInstanceOf(CancelledError);
      expect(yield* second).toBe(1);
    }));

  test.runIf(inNode)('may wait for promises of the host between items', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const sending = createTask(async () => {
        for (const n of [1, 2, 3]) {
          await Promise.resolve();
          await sender.send(n);
        }
        sender.close();
      });
      const reading = createTask(async () => {
        let sum = 0;
        for await (const item of receiver) {
          sum += item;
          await Promise.resolve();
        }
        return sum;
      });
      expect(yield* reading).toBe(6);
      yield* sending;
    }),
  );
});

describe('mistakes', () => {
  test.each<[unknown, string]>([
    ['2', '`channel()` expected `capacity` to be a number, but got "2" (string).'],
    [null, '`channel()` expected `capacity` to be a number, but got null.'],
    [
      -1,
      '`channel()` expected `capacity` to be a whole number of at least 0, but got -1 (number).',
    ],
    [
      0.5,
      '`channel()` expected `capacity` to be a whole number of at least 0, but got 0.5 (number).',
    ],
    [
      Number.NaN,
      '`channel()` expected `capacity` to be a whole number of at least 0, but got NaN (number).',
    ],
  ])('a capacity of %o is refused', (capacity, text) => {
    const error = thrownBy(() => channel(capacity as number)) as Error;
    expect(error.message).toBe(text);
    expect(error).toBeInstanceOf(typeof capacity === 'number' ? RangeError : TypeError);
  });

  test('tasks of another loop are refused', async () => {
    const { receiver } = channel<number>(1);
    await inLoop(function* () {
      yield* caught(waitFor(receiver.receive(), 1));
    });
    await inLoop(function* () {
      const error = (yield* caught(receiver.receive())) as Error;
      expect(error.message).toBe(
        '<Channel 0 of 1 items> is used by tasks of another event loop. Make one for each loop.',
      );
    });
    expect(receiver.statistics().receiving).toBe(0);
  });

  test('ends are made by channel()', () => {
    const { sender, receiver } = channel<number>(1);
    for (const end of [sender, receiver]) {
      const Class = end.constructor as new () => unknown;
      expect((thrownBy(() => new Class()) as Error).message).toContain('`channel()`');
    }
  });

  test('errors have a code and say what to do', () => {
    const texts = [ChannelBroken, ChannelClosed, ChannelEmpty, ChannelFull, EndOfChannel].map(
      (Class) => {
        const { name, code, message } = new Class();
        return `${name} ${code}: ${message}`;
      },
    );
    expect(texts).toEqual([
      'ChannelBroken channel-broken: All receivers of the channel were closed. The item was not sent.',
      'ChannelClosed channel-closed: This end of the channel was closed. Give each part of the program an end of its own, made with `clone()`.',
      'ChannelEmpty channel-empty: The channel has no item. Wait for one with `await receiver.receive()`.',
      'ChannelFull channel-full: The channel has no room. Wait for it with `await sender.send(item)`.',
      'EndOfChannel end-of-channel: All senders of the channel were closed, and all its items were taken.',
    ]);
  });
});

describe('texts', () => {
  test('tell what the channel has, and what was closed', () => {
    const { sender, receiver } = channel<number>(2);
    sender.sendNowait(1);
    expect(String(sender)).toBe('<Sender of <Channel 1 of 2 items>>');
    sender.close();
    expect(String(sender)).toBe('<Sender closed, of <Channel closed, 1 of 2 items>>');
    expect(String(receiver)).toBe('<Receiver of <Channel closed, 1 of 2 items>>');
  });

  test('tell the name that it was given', () => {
    const { sender, receiver } = channel<number>(2, { name: 'orders' });
    expect(String(sender)).toBe("<Sender of <Channel 'orders' 0 of 2 items>>");
    expect(receiver.statistics().name).toBe('orders');
    const error = thrownBy(() => channel(1, { nam: 'orders' } as object)) as Error;
    expect(error.message).toContain('`name`');
  });

  test('call graphs tell what a task waits for', () =>
    inLoop(function* () {
      const { sender, receiver } = channel<number>(1);
      const receiving = createTask(receiver.receive(), { name: 'reader' });
      yield* iterations(2);
      expect(formatCallGraph(receiving)).toContain('an item of <Channel 0 of 1 items>');
      sender.close();
      yield* caught(receiving);
    }));
});
