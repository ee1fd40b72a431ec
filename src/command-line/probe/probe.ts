/**
 * What is evaluated in the program that is looked at. The function has to be all of one piece, as its text is sent: it uses no
 * import, and no name from outside of it.
 *
 * It reads the tasks of the library by the names of their fields, and leaves two things behind, in a property of `globalThis` that
 * is not enumerable: the numbers by which tasks are known to the next command, and since when each has waited. Both are
 * weak, so they keep no task alive.
 */

export interface ProbeRequest {
  /**
   * `snapshot`, `cancel` and `cancelled` return a text; the others return lists of objects, which the inspector reads: `timers` the timers of
   * each loop, `semaphores` those that tasks wait at, `coroutines` what one task runs.
   */
  readonly verb: 'snapshot' | 'cancel' | 'cancelled' | 'timers' | 'semaphores' | 'coroutines';
  /** How many tasks are told with the texts of what they wait for: each costs some time of the program. */
  readonly texts?: number;
  /** The task to cancel. */
  readonly id?: number;
  readonly reason?: string;
  /** For each of the semaphores: the number of its slots, and of those whose holder is known. */
  readonly slots?: readonly (readonly [number, number] | null)[];
}

// biome-ignore lint/suspicious/noExplicitAny: the fields of objects of another program.
type Unknown = any;

/**
 * @param entries - The loops that are entered, which the inspector reads for it.
 * @param scopes - What has set timers of the library: scopes, which end the waits of a task at their deadlines.
 * @param semaphores - Those to which `slots` belong.
 */
export function probe(
  request: ProbeRequest,
  entries?: readonly Unknown[],
  scopes?: readonly Unknown[],
  semaphores?: readonly Unknown[],
): Unknown {
  const current = (globalThis as Unknown)[Symbol.for('skein.current/0')];
  if (current === undefined) return JSON.stringify({ missing: true });

  const key = Symbol.for('skein.probe/0');
  if (!(key in globalThis)) {
    const value = {
      tasks: new WeakMap(),
      things: new WeakMap(),
      waits: new WeakMap(),
      count: 0,
      counted: 0,
    };
    Object.defineProperty(globalThis, key, { value, configurable: true });
  }
  const notes = (globalThis as Unknown)[key];
  const clock = globalThis.performance;

  const tried = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch {
      return otherwise;
    }
  };
  const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);
  const idOf = (task: Unknown): number => {
    if (!notes.tasks.has(task)) notes.tasks.set(task, ++notes.count);
    return notes.tasks.get(task);
  };
  const numberOf = (thing: Unknown): number => {
    if (Object(thing) !== thing) return 0;
    if (!notes.things.has(thing)) notes.things.set(thing, ++notes.counted);
    return notes.things.get(thing);
  };
  const isTask = (value: Unknown): boolean =>
    Object(value) === value && '_coroutine' in value && '_waiter' in value;
  const isPending = (future: Unknown): boolean => future !== undefined && !future.done();
  const nameOf = (task: Unknown): string => cut(tried(() => String(task.getName()), '?'));
  const named = (task: Unknown): object => ({
    id: idOf(task),
    name: nameOf(task),
    done: task.done(),
  });

  const loops = new Set<Unknown>();
  for (const entry of entries ?? []) loops.add(entry.loop);
  for (const loop of [current.loop, current.entered?.innermost, current.defaultLoop])
    loops.add(loop);
  loops.delete(undefined);
  const tasks = (loop: Unknown): Unknown[] => [...loop._tasks].filter((task) => !task.done());

  const all = [...loops].flatMap(tasks);

  if (request.verb === 'timers') return [...loops].map((loop) => loop._timers);
  if (request.verb === 'cancelled') return JSON.stringify({ made: notes.made });
  if (request.verb === 'cancel') {
    const task = all.find((each) => notes.tasks.get(each) === request.id);
    if (task === undefined) return JSON.stringify({});
    notes.made = undefined;
    const cancel = (): void => {
      notes.made = tried(() => task.cancel(request.reason), false);
      const message = `Task '${nameOf(task)}' was cancelled by \`skein cancel\``;
      const report = { message, future: task, warning: true };
      if (notes.made) tried(() => task.getLoop().callExceptionHandler(report), undefined);
    };
    // Not now: the thread may be in the middle of a function of the library. A signal of the host comes between two callbacks.
    AbortSignal.timeout(0).addEventListener('abort', cancel);
    return JSON.stringify({ name: nameOf(task) });
  }

  /** The futures at which a wait ends: those that a function awaits, or the coroutine in a part of a task. */
  const leaves = (future: Unknown): Unknown[] => {
    const found: Unknown[] = [];
    const todo = [future];
    while (todo.length > 0) {
      const at = todo.pop();
      let inner: Unknown[] = [];
      if (typeof at?.awaited === 'function') inner = [...at.awaited()].reverse();
      else if (isTask(at) && at._task !== at && isPending(at._waiter)) inner = [at._waiter];
      if (inner.length === 0) found.push(at);
      todo.push(...inner);
    }
    return found;
  };
  if (request.verb === 'semaphores') {
    const ends = all.flatMap((task) => (isPending(task._waiter) ? leaves(task._waiter) : []));
    const purposes = ends.map((end) => tried(() => end?._purpose, undefined));
    return [...new Set(purposes.filter((purpose) => purpose?._kind === 'semaphore'))];
  }
  if (request.verb === 'coroutines') {
    // From the outside to the inside: what a task runs, the async function that it awaits, and the parts that this awaits.
    const found: Unknown[] = [];
    const todo = all.filter((task) => notes.tasks.get(task) === request.id);
    while (todo.length > 0) {
      const at = todo.pop();
      if (isTask(at)) {
        found.push(tried(() => at.getCoro(), undefined));
        if (isPending(at._waiter) && !isTask(at._waiter)) todo.push(at._waiter);
      } else if (typeof at?.awaited === 'function') {
        found.push(at._fn);
        const inner = [...at.awaited()].reverse();
        todo.push(...inner.filter((each) => !isTask(each) || each._task !== each));
      }
    }
    return found.filter((each) => each !== undefined).reverse();
  }

  const waitOf = (future: Unknown, isFull: boolean, loop: Unknown): object => {
    const isFrame = typeof future?.awaited === 'function';
    if (isFrame || future === undefined) return { kind: 'outside', of: 0, held: 0, related: [] };
    if (isTask(future)) {
      return { kind: 'task', of: 0, held: 0, task: named(future._task), related: [] };
    }
    if (typeof future._when === 'number') {
      return {
        kind: 'timer',
        of: 0,
        held: 0,
        due: Math.round(future._when - loop.time()),
        related: [],
      };
    }
    const purpose = tried(() => (future._kind === undefined ? future._purpose : future), undefined);
    const thing = purpose?._of ?? purpose;
    const related = tried(() => [...(purpose?._related?.() ?? [])], []);
    const isGather = Array.isArray(future.children);
    const name = tried(
      () => (typeof thing?.name === 'string' ? cut(thing.name) : undefined),
      undefined,
    );
    const text = isFull
      ? cut(tried(() => (isGather ? future._shortText() : String(purpose ?? 'a future')), '?'))
      : undefined;
    const place = semaphores?.indexOf(thing) ?? -1;
    const [slots, held] = (place < 0 ? undefined : request.slots?.[place]) ?? [
      purpose?._kind === 'limiter' ? thing.totalTokens : undefined,
      related.length,
    ];
    return {
      kind: purpose?._kind ?? (isGather ? 'gather' : 'future'),
      of: numberOf(thing ?? future),
      name,
      text,
      slots,
      held,
      related: related.map(({ relation, task }) => ({ relation, task: named(task) })),
    };
  };

  /** The tasks that wait for a future, themselves or by way of what a combinator has put in between. */
  const awaitersOf = (future: Unknown): number[] => {
    const found = new Set<number>();
    const seen = new Set([future]);
    const todo = [future];
    while (todo.length > 0) {
      const waiters = todo.pop()._waiters;
      const all =
        waiters === undefined
          ? []
          : typeof waiters[Symbol.iterator] === 'function' && !isTask(waiters)
            ? waiters
            : [waiters];
      for (const waiter of all) {
        let behind: Unknown[] = [];
        if (isTask(waiter)) behind = [waiter._task];
        else if (waiter?.frame !== undefined) behind = [waiter.frame._part._task];
        else if (typeof waiter?.owner?._awaited === 'function')
          behind = [...waiter.owner._awaited()];
        else if (waiter?.owner !== undefined) behind = [waiter.owner];
        for (const each of behind) {
          if (seen.has(each)) continue;
          seen.add(each);
          if (isTask(each)) found.add(idOf(each._task));
          else todo.push(each);
        }
      }
    }
    return [...found];
  };

  /** Since when the task has waited for what it waits for now, as far as probes have seen. */
  const waitedOf = (task: Unknown, ends: readonly Unknown[], now: number): number => {
    const last = ends.at(-1) ?? task._waiter;
    // By numbers: weak references cost more. The notes may be those of an earlier version, which had these.
    notes.ends ??= new WeakMap();
    let end = notes.ends.get(last);
    if (end === undefined) {
      notes.endCount = (notes.endCount ?? 0) + 1;
      end = notes.endCount;
      notes.ends.set(last, end);
    }
    const before = notes.waits.get(task);
    if (before?.end === end) return now - before.since;
    notes.waits.set(task, { end, since: now });
    return 0;
  };

  const isSet = (scope: Unknown): boolean =>
    typeof scope?._deadline === 'number' && scope._request === undefined;
  const isTimed = new Set((scopes ?? []).filter(isSet).map((scope) => scope._part?._task));
  /** The scopes whose bodies are async functions, as far as they are on the way to what a task waits for. */
  const scopesIn = (future: Unknown): Unknown[] => {
    const found: Unknown[] = [];
    const todo = isPending(future) ? [future] : [];
    while (todo.length > 0) {
      const at = todo.pop();
      found.push(at?._scope);
      if (typeof at?.awaited === 'function') todo.push(...at.awaited());
      else if (isTask(at) && at._task !== at && isPending(at._waiter)) todo.push(at._waiter);
    }
    return found;
  };

  // Each costs ten microseconds or more of the program, which waits meanwhile. Of more tasks, the oldest are told.
  const most = 10_000;
  let full = request.texts ?? 500;
  const now = clock.now();
  // An async function is continued by the host, outside of any step. The host's async context knows it.
  const inside = current.task ?? tried(() => current.asyncLocal?.getStore()?._part, undefined);
  const running = inside?._task;
  const told = (task: Unknown, loop: Unknown): object => {
    const isFull = full-- > 0;
    const isRunning = task === running;
    const waits = !isRunning && isPending(task._waiter);
    const ends = waits ? leaves(task._waiter) : [];
    return {
      id: idOf(task),
      name: nameOf(task),
      state: isRunning ? 'running' : waits ? 'waiting' : 'ready',
      waited: waits ? Math.round(waitedOf(task, ends, now)) : 0,
      cancelling: task.cancelling(),
      waits: ends.map((each) =>
        tried(() => waitOf(each, isFull, loop), { kind: 'future', of: 0, held: 0, related: [] }),
      ),
      hasDeadline: isTimed.has(task) || scopesIn(task._waiter).some(isSet),
      awaitedBy: tried(() => awaitersOf(task), []),
      // That of the running task would be the stack of the probe.
      stack:
        isFull && !isRunning
          ? tried(() => task.getStack().map(({ text }: { text: string }) => text), [])
          : [],
    };
  };
  const process = tried(() => (globalThis as Unknown).process, undefined);
  const deno = tried(() => (globalThis as Unknown).Deno?.version?.deno, undefined);
  const bun = tried(() => process?.versions?.bun, undefined);
  const node = bun === undefined ? `Node ${process?.versions?.node ?? '?'}` : `Bun ${bun}`;
  return JSON.stringify({
    runtime: deno === undefined ? node : `Deno ${deno}`,
    turns: tried(() => (clock as Unknown).nodeTiming.uvMetricsInfo.loopCount, -1),
    idle: tried(() => (clock as Unknown).nodeTiming.idleTime, -1),
    loops: [...loops].map((loop) => ({
      debug: loop.getDebug(),
      count: tasks(loop).length,
      tasks: tasks(loop)
        .slice(0, most)
        .map((task) => told(task, loop)),
    })),
  });
}
