import {
  Barrier,
  Condition,
  Event,
  LifoQueue,
  Lock,
  type LockStatistics,
  PriorityQueue,
  Queue,
  type QueueStatistics,
  Semaphore,
} from 'skein';
import { expectType } from './expect-type.ts';

const lock = new Lock({ name: 'log' });
expectType<string | undefined>()(lock.name);
expectType<LockStatistics>()(lock.statistics());
expectType<string | undefined>()(lock.statistics().holder);
expectType<readonly string[]>()(new Semaphore(2, { name: 'slots' }).statistics().holders);
expectType<LockStatistics>()(new Condition(lock, { name: 'changed' }).statistics().lock);
expectType<boolean>()(new Event({ name: 'ready' }).statistics().set);
expectType<number>()(new Barrier(2, { name: 'start' }).statistics().waiting);
expectType<QueueStatistics>()(new LifoQueue<Date>(2, { name: 'dates' }).statistics());
expectType<QueueStatistics>()(
  new PriorityQueue<Date>(0, { name: 'dates', compare: () => 0 }).statistics(),
);

// @ts-expect-error the name stands in the options
new Lock('log');
// @ts-expect-error a name is a text
new Lock({ name: 5 });
// @ts-expect-error the number of slots comes first
new Semaphore({ name: 'slots' });
// @ts-expect-error the lock comes first
new Condition({ name: 'changed' });
// @ts-expect-error the greatest number of items comes first
new Queue<Date>({ name: 'dates' });
// @ts-expect-error a queue does not compare
new Queue<Date>(0, { compare: () => 0 });
// @ts-expect-error statistics are read only
lock.statistics().waiting = 1;
