/** Laws of channels: no item is lost or received twice, their order holds, and closing wakes all that wait. */
import {
  CancelledError,
  ChannelBroken,
  ChannelClosed,
  ChannelFull,
  type Coroutine,
  channel,
  createTask,
  EndOfChannel,
  type Task,
  TimeoutError,
  timeout,
  wait,
} from 'skein';
import type { Environment } from 'skein/testing';
import type { Law } from './laws.ts';

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

function start(
  env: Environment,
  name: string,
  count: number,
  work: (n: number) => Coroutine<unknown>,
): Task<unknown>[] {
  return Array.from({ length: count }, (_, n) =>
    env.mayCancel(createTask(work(n), { name: `${name} ${n + 1}` })),
  );
}

const pending = (tasks: readonly Task<unknown>[]): number =>
  tasks.filter((task) => !task.done()).length;

/** Items that were sent and those that were received, compared when all is quiet. */
function deliveryLaw(capacity: number): Law {
  return {
    name: `a channel of capacity ${capacity} loses no item and doubles none, and no task waits in vain`,
    *main(env) {
      const { sender, receiver } = channel<number>(capacity);
      const sent: number[] = [];
      const got: number[] = [];
      const senders = start(env, 'sender', 3, function* (n) {
        yield* sender.send(n);
        sent.push(n);
        yield* env.answer(`sender ${n} rests`);
      });
      const receivers = start(env, 'receiver', 2, function* (n) {
        yield* env.answer(`receiver ${n} comes`);
        got.push(yield* receiver.receive());
      });
      yield* env.quiet();
      const { size, sending, receiving } = receiver.statistics();
      check(
        sent.length === got.length + size,
        `${sent} were sent, ${got} received, ${size} are left`,
      );
      check(
        got.every((n) => sent.includes(n)),
        `${got} were received, but only ${sent} sent`,
      );
      check(new Set(got).size === got.length, `received twice: ${got}`);
      check(receiving === 0 || size + sending === 0, `a receiver waits, but there are ${receiver}`);
      check(sending === 0 || size >= capacity, `a sender waits, but there is room in ${sender}`);
      check(sending <= pending(senders), `${sending} wait, but ${pending(senders)} are there`);
      for (const task of [...senders, ...receivers]) task.cancel();
      yield* wait([...senders, ...receivers]);
      const after = receiver.statistics();
      check(after.sending + after.receiving === 0, `cancelled tasks wait at ${receiver}`);
    },
  };
}

function orderLaw(capacity: number): Law {
  return {
    name: `items come out of a channel of capacity ${capacity} in the order in which a sender sent them, to whoever receives`,
    *main(env) {
      const { sender, receiver } = channel<number>(capacity);
      const got: number[] = [];
      const sending = createTask(
        function* () {
          for (let n = 0; n < 4; n++) yield* sender.send(n);
          sender.close();
        },
        { name: 'sender' },
      );
      const receivers = start(env, 'receiver', 2, function* () {
        for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) {
          got.push(step.value);
        }
      });
      yield* env.quiet();
      for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) {
        got.push(step.value);
      }
      check(got.join() === '0,1,2,3', `received in the order ${got}`);
      check(sending.done() && pending(receivers) === 0, 'a task waits at a channel that has ended');
    },
  };
}

export const channelLaws: readonly Law[] = [
  deliveryLaw(0),
  deliveryLaw(1),
  orderLaw(0),
  orderLaw(2),
  {
    name: 'every task that waits is woken when the other side of a channel is closed',
    *main(env) {
      const { sender, receiver } = channel<number>(1);
      const clone = receiver.clone();
      const receivers = start(env, 'receiver', 3, function* (n) {
        try {
          for (;;) yield* (n === 0 ? clone : receiver).receive();
        } catch (error) {
          if (!(error instanceof EndOfChannel)) throw error;
        }
      });
      const senders = start(env, 'sender', 2, function* (n) {
        yield* env.answer(`sender ${n} comes`);
        try {
          yield* sender.send(n);
        } catch (error) {
          if (!(error instanceof ChannelClosed)) throw error;
        }
      });
      yield* env.quiet();
      sender.close();
      yield* env.quiet();
      check(pending(senders) === 0, `${pending(senders)} senders wait at a closed end`);
      check(pending(receivers) === 0, `${pending(receivers)} receivers wait at ${receiver}`);
      const isEmpty = receiver.statistics().size === 0;
      check(isEmpty || receivers.every((task) => task.cancelled()), 'an item is left');
      for (const task of receivers) {
        if (!task.cancelled()) check(task.exception() === undefined, `${task.exception()}`);
      }
    },
  },
  {
    name: 'every sender is woken when the receivers are closed, and its item was not sent',
    *main(env) {
      const { sender, receiver } = channel<number>(0);
      let got = 0;
      let sent = 0;
      const senders = start(env, 'sender', 3, function* (n) {
        try {
          yield* sender.send(n);
          sent++;
        } catch (error) {
          if (!(error instanceof ChannelBroken)) throw error;
        }
      });
      const reading = createTask(
        function* () {
          using mine = receiver;
          yield* mine.receive();
          got++;
          yield* env.answer('the work');
        },
        { name: 'receiver' },
      );
      yield* env.quiet();
      check(pending(senders) === 0, `${pending(senders)} senders wait at ${sender}`);
      check(
        got === sent || (got === 0 && pending([reading]) === 1),
        `${sent} sent, ${got} received`,
      );
      reading.cancel();
      yield* wait([reading]);
    },
  },
  {
    name: 'a task that waits at an end which is closed hears of it, and an item for it goes to another',
    *main(env) {
      const { sender, receiver } = channel<number>(0);
      const clone = receiver.clone();
      let got = 0;
      const receivers = start(env, 'receiver', 2, function* (n) {
        try {
          yield* (n === 0 ? clone : receiver).receive();
          got++;
        } catch (error) {
          if (!(error instanceof ChannelClosed)) throw error;
          check(n === 0, 'the other end was closed');
        }
      });
      const closing = createTask(
        function* () {
          yield* env.answer('the end');
          clone.close();
        },
        { name: 'closes' },
      );
      const sending = createTask(sender.send(1), { name: 'sender' });
      yield* env.quiet();
      const { size, receiving } = receiver.statistics();
      const sent = sending.done() ? 1 : 0;
      check(got + size === sent, `${sent} sent, ${got} received, ${size} left`);
      check(receiving === 0 || sent === got, `${receiving} tasks wait at ${receiver}`);
      receivers[1]?.cancel();
      sending.cancel();
      yield* wait([...receivers, closing, sending]);
    },
  },
  {
    name: 'an item is not lost with a receiver whose time is up',
    *main(env) {
      const { sender, receiver } = channel<number>(0);
      const got: number[] = [];
      const tasks = start(env, 'receiver', 2, function* () {
        try {
          got.push(yield* timeout(5, () => receiver.receive()));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
        }
      });
      yield* env.late(5);
      yield* env.answer('the item');
      let sent = 0;
      try {
        sender.sendNowait(1);
        sent = 1;
      } catch (error) {
        if (!(error instanceof ChannelFull)) throw error;
      }
      yield* wait(tasks);
      const { size } = receiver.statistics();
      check(got.length + size === sent, `${got.length} received, ${size} left of ${sent}`);
    },
  },
  {
    name: 'a sender that is cancelled has not sent its item',
    *main(env) {
      const { sender, receiver } = channel<number>(0);
      const outcomes: string[] = [];
      const senders = start(env, 'sender', 2, function* (n) {
        try {
          yield* sender.send(n);
          outcomes.push(`sent ${n}`);
        } catch (error) {
          if (error instanceof CancelledError) outcomes.push(`cancelled ${n}`);
          throw error;
        }
      });
      const reading = createTask(
        function* () {
          for (;;) {
            const n = yield* receiver.receive();
            check(!outcomes.includes(`cancelled ${n}`), `${n} was cancelled, and received`);
          }
        },
        { name: 'receiver' },
      );
      yield* env.quiet();
      check(pending(senders) === 0, `${pending(senders)} senders wait`);
      reading.cancel();
      yield* wait([reading]);
    },
  },
];
