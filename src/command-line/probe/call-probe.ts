/** Calls the probe in one thread, with what only the inspector can read for it. */
import type { Session } from '../attach/session.ts';
import { pause, pauseMs } from '../pause.ts';
import { type ProbeRequest, probe } from './probe.ts';
import {
  callFunction,
  evaluate,
  hiddenOf,
  itemsOf,
  listOf,
  ProbeError,
  type RemoteObject,
} from './remote.ts';

const currentText = "globalThis[Symbol.for('skein.current/0')]";

/** The text of the probe. `__name` is what some compilers write around functions. */
const probeText = `function (...given) { const __name = (fn) => fn; return (${String(probe)})(...given); }`;

/** Returns the list of loops that are entered, which is a private field. */
async function enteredLoops(session: Session): Promise<RemoteObject | undefined> {
  const entered = await evaluate(session, `${currentText}?.entered`);
  return (await hiddenOf(session, entered)).find(({ subtype }) => subtype === 'array');
}

/** How many timers are asked for their owners. */
const maxTimers = 300;

/** Returns the scopes that have set timers: those end waits at their deadlines. The owner of a timer is a private field. */
async function scopesOf(
  session: Session,
  entries: RemoteObject | undefined,
): Promise<RemoteObject | undefined> {
  const heaps = await callProbe(session, { verb: 'timers' }, [entries]);
  const found: RemoteObject[] = [];
  for (const heap of await itemsOf(session, heaps)) {
    for (const list of await hiddenOf(session, heap)) {
      if (list.subtype !== 'array') continue;
      const plain = await callFunction(session, plainTimers, [list, { value: maxTimers }], false);
      const owners = await Promise.all(
        (await itemsOf(session, plain)).map((timer) => hiddenOf(session, timer)),
      );
      found.push(...owners.flat().filter(({ objectId }) => objectId !== undefined));
    }
  }
  return found.length === 0 ? undefined : listOf(session, found);
}

/** The timers of the library itself: they are neither futures nor handles of the program. */
const plainTimers = `function (list, most) {
  const found = [];
  for (const each of list) {
    if (found.length === most) break;
    if (Object(each) === each && !('_waiters' in each) && !('_callback' in each && each._callback) && !each.cancelled()) found.push(each);
  }
  return found;
}`;

/** The slots of a semaphore, and for how many of them a holder is known: private fields of a private field. */
async function slotsOf(
  session: Session,
  semaphore: RemoteObject,
): Promise<readonly [number, number] | undefined> {
  for (const field of await hiddenOf(session, semaphore)) {
    const fields = await hiddenOf(session, field);
    const slots = fields.find(({ value }) => typeof value === 'number');
    const tasks = fields.find(({ subtype }) => subtype === 'array');
    if (fields.length !== 2 || slots === undefined || tasks === undefined) continue;
    const held = tasks.size ?? Number(/\((\d+)\)/.exec(tasks.description ?? '')?.[1]);
    return [slots.value as number, held];
  }
  return undefined;
}

async function callProbe(
  session: Session,
  request: ProbeRequest,
  given: readonly (RemoteObject | undefined)[],
  byValue = false,
): Promise<RemoteObject> {
  return callFunction(session, probeText, [{ value: request }, ...given], byValue);
}

/** How often a thread is asked that was in the middle of a change of its lists of tasks. */
const attempts = 3;

/** Asks the probe, and returns what it tells; undefined if there is no skein. */
export async function ask(session: Session, request: ProbeRequest): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      const entries = await enteredLoops(session);
      return toldBy(await callProbe(session, request, [entries], true));
    } catch (error) {
      if (!(error instanceof ProbeError) || attempt === attempts) throw error;
      await pause(pauseMs);
    }
  }
}

function toldBy({ value }: RemoteObject): unknown {
  const told = JSON.parse(String(value)) as { missing?: boolean };
  return told.missing === true ? undefined : told;
}

/** Asks the probe for objects of the program. */
export async function objectsOf(session: Session, request: ProbeRequest): Promise<RemoteObject[]> {
  const entries = await enteredLoops(session);
  return itemsOf(session, await callProbe(session, request, [entries]));
}

/** Takes a snapshot that knows of deadlines, and of slots of semaphores: what a proof needs. It takes more time. */
export async function askInDepth(session: Session, request: ProbeRequest): Promise<unknown> {
  const entries = await enteredLoops(session);
  const scopes = await scopesOf(session, entries);
  const list = await callProbe(session, { verb: 'semaphores' }, [entries]);
  const slots = await Promise.all(
    (await itemsOf(session, list)).map((each) => slotsOf(session, each)),
  );
  const told = await callProbe(
    session,
    { ...request, slots: slots.map((each) => each ?? null) },
    [entries, scopes, list],
    true,
  );
  return toldBy(told);
}
