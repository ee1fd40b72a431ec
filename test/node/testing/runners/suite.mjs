/**
 * What holds in each test runner, while its fake timers are in force: an exploration and a virtual loop do not ask them, an ordinary
 * loop follows them. `host` is what the runner has to offer.
 */
import assert from 'node:assert/strict';
import { createTask, getEventLoop, sleep, wait } from 'skein';
import { ExplorationError, explore, VirtualEventLoop } from 'skein/testing';

/** The page that was chosen last is to be shown. Without `asks`, a slow one that was chosen before takes its place. */
function* browse(env, asks) {
  let page = '';
  let chosen = '';
  function* open(name) {
    chosen = name;
    const text = yield* env.answer(`loads ${name}`, name);
    yield* sleep(3_600_000);
    if (!asks || chosen === name) page = text;
  }
  const home = createTask(open('home'), { name: 'home' });
  yield* env.answer('the user clicks');
  const news = createTask(open('news'), { name: 'news' });
  yield* wait([home, news]);
  assert.equal(page, 'news');
}

async function browseAsync(env, asks) {
  let page = '';
  let chosen = '';
  async function open(name) {
    chosen = name;
    const text = await env.promise(`loads ${name}`, name);
    await sleep(3_600_000);
    if (!asks || chosen === name) page = text;
  }
  const home = createTask(() => open('home'), { name: 'home' });
  await env.answer('the user clicks');
  const news = createTask(() => open('news'), { name: 'news' });
  await wait([home, news]);
  assert.equal(page, 'news');
}

async function failureOf(exploring) {
  try {
    await exploring();
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('nothing was found');
}

/**
 * @param test - Of the runner: a name and a function.
 * @param fake - `install()`, `tick(ms)` and `uninstall()` of its fake timers, as they are by default; `fakesPerformance`.
 */
export function suite(test, fake) {
  const faked = (name, body) =>
    test(name, async () => {
      fake.install();
      try {
        await body();
      } finally {
        fake.uninstall();
      }
    });

  for (const [name, main] of [
    ['coroutines', browse],
    ['async functions', browseAsync],
  ]) {
    faked(`explore() finds the bug with ${name}, and replays it`, async () => {
      const failure = await failureOf(() => explore((env) => main(env, false)));
      assert.equal(failure.kind, 'error');
      assert.equal(failure.departures, 1);
      const { replay } = failure;
      const again = await failureOf(() => explore((env) => main(env, false), { replay }));
      assert.deepEqual(again.timeline, failure.timeline);
    });

    faked(`explore() passes the mended ${name}`, async () => {
      const { schedules } = await explore((env) => main(env, true), { schedules: 50 });
      assert.ok(schedules > 10);
    });
  }

  faked('a virtual loop jumps by itself', async () => {
    const loop = new VirtualEventLoop();
    assert.equal(await loop.runUntilComplete(sleep(3_600_000, 'awake')), 'awake');
    assert.equal(loop.time(), 3_600_000);
  });

  faked('a sleep on an ordinary loop ends when the fake clock is ticked', async () => {
    const before = getEventLoop().time();
    const task = createTask(sleep(1000));
    await sleep(0);
    assert.equal(task.done(), false);
    fake.tick(60_000);
    await task;
    // If the runner fakes `performance` too, the loop's clock has moved as far; else as far as what was due.
    assert.equal(getEventLoop().time() - before >= 60_000, fake.fakesPerformance);
  });
}
