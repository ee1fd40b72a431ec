/** From the sources, in a file of its own: no other may have made a ContextVar. */
import { afterEach, expect, test } from 'vitest';
import { ClusterExecutor, type Server, serveCluster } from '../../../src/cluster/index.ts';
import { declareFunctions } from '../../../src/executors/index.ts';
import { ContextVar } from '../../../src/index.ts';

let tag: ContextVar<string> | undefined;

const work = declareFunctions(import.meta.url, {
  async marked(text: string): Promise<string> {
    tag?.set(text);
    await new Promise<void>((resolve) => setImmediate(resolve));
    return tag?.get('none') ?? 'none';
  },
});

const where = { connection: 'memory:', queue: 'inline-context' } as const;
let server: Server | undefined;
afterEach(() => server?.close());

/** The context of a job is followed through its awaits. */
function isCarried(): boolean {
  const current = Reflect.get(globalThis, Symbol.for('skein.current/0')) as { carried: unknown };
  return current.carried !== undefined;
}

test('a job has a context of its own once there is a ContextVar', async () => {
  server = await serveCluster(work, { ...where, executor: 'inline' });
  const cluster = new ClusterExecutor(where);
  expect(await cluster.submit(work.marked, 'a')).toBe('none');
  expect(isCarried()).toBe(false);
  tag = new ContextVar<string>('tag');
  const jobs = ['a', 'b', 'c'].map((text) => cluster.submit(work.marked, text));
  expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c']);
  expect(isCarried()).toBe(true);
  expect(tag.get('none')).toBe('none');
  await cluster.shutdown();
});
