/**
 * What the core shows to the folders above it, beside the public names: these modules, and these internal members.
 *
 * Everything else in `src/core/` may change without a look at other folders. A new line here is a decision, not an accident.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

/** The modules of the core that other folders import. */
const modules = [
  // The public classes and functions, and their types.
  'context',
  'context-var',
  'coroutine',
  'create-task',
  'current',
  'declared-coroutine',
  'eager-task-factory',
  'event-loop',
  'exception-handler',
  'executor',
  'future',
  'futures',
  'handle',
  'inside',
  'is-future',
  'item-messages',
  'purpose',
  'run-body',
  'stack-frames',
  'task',
  'task-options',
  // To write a coroutine of the library: a combinator, a method of a primitive.
  'attempt',
  'awaitable',
  'function-kind',
  'identity',
  'known-options',
  'overrides',
  'library-coroutine',
  'suspension',
  'then-of-coroutine',
  'unread-promise',
  'until-done',
  // To wait, without the cost of a done callback or a `TimerHandle`.
  'plain-timer',
  'timer-future',
  'when-done',
  'wrap',
  'future-waiters',
  'linked-list',
  // What travels with a job, for tracing.
  'traceparent',
  // To settle futures as the core does.
  'cancel-all',
  'cancelled-error',
  'driven',
  'entered-loops',
  'future-options',
  'future-state',
  'foreign-future',
  'outside-work',
  'pass-cancel',
  // To cancel a part of a task, and to keep requests for later.
  'abandoning',
  'cancel-task',
  'level',
  'part-of-task',
  'pending-cancel',
  // To keep a failure from being told, and to tell it in words of its own.
  'unretrieved',
  'unretrieved-action',
  'future-windows',
  'lost-in-worker',
  // Arguments and texts.
  'checks',
  'error-of',
  'exits',
  'expected',
  'prints-itself',
  'task-text',
  'text',
  'texts/register',
  'register-tasks',
  'register-unasked',
  'loops',
  'type-messages',
  'stack-limit',
  // Call graphs read how tasks wait, and a virtual loop what is ready.
  'abort-signals',
  'async-frame',
  'promise-bridge',
  'read-then',
  'ready-queue',
  // The parts that a bundle has only if it asks for them, and the modules that register them.
  'seams',
  'debug/register',
  'declaring-file',
  'loop-executors',
  'register-process',
  'signals',
  // In debug mode a combinator tells what it was given.
  'watch',
  // What instruments are told.
  'hooks',
  // Executors run on a host, and ship values of ContextVars.
  'host',
  'host-delay',
  'host-timers',
  'shippable',
];

/** The internal members of the core's classes that other folders use, each with those folders. */
const members: Record<string, string> = {
  // Reports, whatever a subclass makes of them.
  _whenClosed: 'cluster',
  _report: 'cluster combinators executors groups inspect runner',
  // Futures: their purpose in texts, their outcome without a copy, and ways to settle them.
  _fn: 'command-line',
  _purpose: 'cluster combinators command-line executors groups inspect queues sync testing',
  _scope: 'command-line',
  _shortText: 'cluster combinators command-line executors testing',
  _related: 'command-line testing',
  _isNew: 'combinators',
  _kind: 'command-line',
  _of: 'command-line inspect',
  _loop: 'cluster combinators executors inspect',
  _state: 'cluster executors inspect runner testing',
  _cancelReason: 'combinators executors',
  _fail: 'combinators executors interop testing',
  _value: 'inspect testing',
  _makeCancelledError: 'combinators testing',
  _abandon: 'executors queues',
  _addWaiter: 'combinators testing',
  _finish: 'cluster executors testing',
  _retrieved: 'executors',
  _unretrieved: 'combinators testing',
  _wakeWaiters: 'executors interop',
  // Tasks: their waits, for call graphs; a cancellation from a timer; a reference that does not keep them alive.
  _waiter: 'command-line inspect testing',
  _waiters: 'command-line inspect testing',
  _waiting: 'combinators',
  _awaited: 'command-line inspect',
  _awaits: 'inspect',
  _isFollowed: 'inspect',
  _part: 'command-line inspect testing',
  _start: 'inspect',
  _name: 'inspect',
  _nameOrNumber: 'inspect',
  _task: 'command-line inspect testing',
  _passesCancelTo: 'combinators',
  _weakly: 'queues',
  _mustCancel: 'combinators testing',
  // Coroutines that mostly need not wait.
  _try: 'combinators queues sync',
  _wait: 'combinators queues sync',
  // Loops: work outside of them, calls as if they ran, timers that nothing waits for.
  _enqueue: 'cluster executors',
  _meetsPromises: 'cluster interop testing',
  _timerLeft: 'combinators testing',
  _timerUnneeded: 'combinators',
  _tasks: 'command-line inspect runner testing',
  // The virtual loop has an engine of its own.
  _arm: 'testing',
  _outside: 'interop testing',
  _realTime: 'testing',
  _runOnce: 'testing',
  _stop: 'testing',
  _callback: 'testing',
  _timers: 'command-line testing',
  _wake: 'testing',
  _when: 'command-line testing',
  // Values of ContextVars that came with a job.
  _then: 'combinators',
};

interface File {
  readonly name: string;
  /** `core`, `sync`, …; the name of the file for a file of no folder. */
  readonly folder: string;
  /** The modules of the core that it imports. */
  readonly modules: readonly string[];
  /** The `_members` that it declares in a class, without `override`. */
  readonly declared: readonly string[];
  /** The `_members` that it reads, calls, sets or overrides. */
  readonly used: readonly string[];
}

interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly computed?: boolean;
  readonly override?: boolean;
  readonly key?: Node;
  readonly property?: Node;
  readonly source?: { readonly value?: unknown };
}

const src = fileURLToPath(new URL('../../src', import.meta.url));

function read(name: string): File {
  const modules: string[] = [];
  const declared: string[] = [];
  const used: string[] = [];
  const note = (list: string[], node: Node | undefined): void => {
    if (node?.name?.startsWith('_')) list.push(node.name);
  };
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const node = value as Node;
    const module = /(?:^|\/)core\/(.+)\.ts$/.exec(String(node.source?.value ?? ''))?.[1];
    if (module !== undefined) modules.push(module);
    if (node.type === 'MemberExpression' && !node.computed) note(used, node.property);
    const isMember =
      /^(MethodDefinition|PropertyDefinition|TSAbstractMethodDefinition|TSMethodSignature|TSPropertySignature|Property)$/;
    if (isMember.test(node.type ?? '')) note(node.override ? used : declared, node.key);
    for (const child of Object.values(node)) visit(child);
  };
  const code = readFileSync(`${src}/${name}`, 'utf8');
  visit(parseSync(name, code, { lang: 'ts', sourceType: 'module' }).program);
  const folder = name.split('/')[0] as string;
  return { name, folder: folder.replace(/\.ts$/, ''), modules, declared, used };
}

const files = readdirSync(src, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'))
  .map(read);
const above = files.filter(({ folder }) => folder !== 'core');

test('the folders above use the modules that the core shows, and no others', () => {
  const used = new Set(above.flatMap((file) => file.modules));
  expect([...used].sort()).toEqual([...modules].sort());
});

test('the folders above use the internal members that the core shows, and no others', () => {
  const ofCore = new Set(
    files.filter(({ folder }) => folder === 'core').flatMap(({ declared }) => declared),
  );
  const used: Record<string, string> = {};
  for (const folder of [...new Set(above.map((file) => file.folder))].sort()) {
    const inside = above.filter((file) => file.folder === folder);
    const own = new Set(inside.flatMap(({ declared }) => declared));
    for (const name of new Set(inside.flatMap((file) => file.used))) {
      if (!ofCore.has(name) || own.has(name)) continue;
      used[name] = name in used ? `${used[name]} ${folder}` : folder;
    }
  }
  expect(used).toEqual(members);
});
