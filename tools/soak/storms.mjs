/**
 * Storms: tasks that do at random whatever tasks can do to each other (cancels, timeouts, groups, queues, locks). All come
 * from a seed, which is printed, so that a storm can be had again.
 */
function randomOf(seed) {
  let state = seed >>> 0 || 1;
  return (most) => {
    // xorshift
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
}

/** What a task of a storm may do. Each returns something to await. */
function actionsOf(s, random, alive) {
  const lock = new s.Lock();
  const queue = new s.Queue(3);
  const semaphore = new s.Semaphore(2);
  const pause = () => s.sleep(random(3) === 0 ? 1 : 0);
  const fails = function* () {
    yield* pause();
    throw new Error('of the storm');
  };
  const cancelSome = () => {
    alive[random(alive.length)]?.cancel('the storm');
    return pause();
  };
  return [
    pause,
    () => lock.with(pause),
    () => semaphore.with(() => lock.with(pause)),
    () => s.timeout(random(2), () => lock.with(() => s.sleep(random(3)))),
    () => s.waitFor(queue.get(), 2),
    () => s.waitFor(queue.put(1), 2),
    () => s.gather([pause(), fails()], { returnExceptions: true }),
    () =>
      s.taskGroup((tg) => {
        tg.createTask(pause());
        if (random(2) === 0) tg.createTask(fails());
        return s.sleep(1);
      }),
    cancelSome,
  ];
}

/** What a storm may throw: everything else is a fault. */
const expected = new Set(['CancelledError', 'TimeoutError', 'ExceptionGroup']);

function checked(error) {
  if (!expected.has(error?.name)) throw error;
}

/** @param style - `coroutine` or `async`. @returns How many tasks there were. */
export function* storm(s, seed, style, tasks) {
  const random = randomOf(seed);
  const alive = [];
  const actions = actionsOf(s, random, alive);
  const next = () => actions[random(actions.length)]();
  const body =
    style === 'coroutine'
      ? function* () {
          for (let turns = 0; turns < 5; turns++) {
            try {
              yield* next();
            } catch (error) {
              checked(error);
              if (error instanceof s.CancelledError) throw error;
            }
          }
        }
      : async () => {
          for (let turns = 0; turns < 5; turns++) {
            try {
              await next();
            } catch (error) {
              checked(error);
              if (error instanceof s.CancelledError) throw error;
            }
          }
        };
  for (let n = 0; n < tasks; n++) alive.push(s.createTask(body));
  for (const outcome of yield* s.gather(alive, { returnExceptions: true })) {
    if (outcome instanceof Error) checked(outcome);
  }
  return tasks;
}
