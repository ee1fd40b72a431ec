/** What must still be true of an instance, whatever it was called with. */
import { Barrier, Condition, createTask, Event, Lock, Queue, Semaphore } from 'skein';

/** Returns what is wrong. */
export async function probeReceiver(receiver: object): Promise<string | undefined> {
  if (receiver instanceof Lock) {
    if (receiver.locked()) receiver.release();
    await receiver.acquire();
    const held = receiver.locked();
    receiver.release();
    return held && !receiver.locked() ? undefined : 'The lock does not count right';
  }
  if (receiver instanceof Queue) {
    const { size } = receiver;
    let taken = 0;
    while (!receiver.empty()) {
      receiver.getNowait();
      taken++;
    }
    return taken === size ? undefined : `The queue has ${taken} items, and said ${size}`;
  }
  if (receiver instanceof Event) {
    receiver.set();
    await receiver.wait();
    return undefined;
  }
  if (receiver instanceof Semaphore) {
    if (receiver.locked()) receiver.release();
    await receiver.acquire();
    receiver.release();
    return undefined;
  }
  if (receiver instanceof Barrier) {
    const { nWaiting } = receiver;
    if (nWaiting !== 0) return `The barrier has ${nWaiting} waiters left`;
    await receiver.reset();
    const other = createTask(receiver.wait());
    await receiver.wait();
    await other;
    return undefined;
  }
  if (receiver instanceof Condition) {
    if (receiver.locked()) receiver.release();
    const other = createTask(receiver.with(() => receiver.waitFor(() => true)));
    await receiver.acquire();
    receiver.notifyAll();
    receiver.release();
    await other;
    return undefined;
  }
  return undefined;
}
