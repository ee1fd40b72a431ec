/** What one call of the fuzz has around it: its loop, other loops, the executors, and the values that it was given. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EventLoop, type Future, type Task } from 'skein';
import { type Executor, InlineExecutor } from 'skein/executors';
import { sharedPool } from './pools.ts';

/** Another copy of the package, as bundlers and lock files put two into one program. */
const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skein-fuzz-'));
cpSync(dist, folder, { recursive: true, filter: (file) => !/\.(ts|map)$/.test(file) });
const copy: typeof import('skein') = await import(
  /* @vite-ignore */ pathToFileURL(join(folder, 'node', 'index.js')).href
);
rmSync(folder, { recursive: true, force: true });
const foreign = new copy.EventLoop() as unknown as EventLoop;
const other = new EventLoop();
const closed = new EventLoop();
closed.close();

/** Iterables and re-entrant callbacks of hostile values go on so long, and no longer. */
export const endless = 2000;

/** What a hostile value threw: the call may pass that on. */
export class Hostile extends Error {
  override name = 'Hostile';
}

export interface World {
  readonly loop: EventLoop;
  /** Another open loop, a closed one, and one of another copy of the package. */
  readonly other: EventLoop;
  readonly closed: EventLoop;
  readonly foreign: EventLoop;
  readonly foreignFuture: () => Future<unknown>;
  readonly pool: () => Executor;
  /** All values that the call was given or that they threw: an outcome may be one of them. */
  readonly given: Set<unknown>;
  /** Called when the call has been judged. "Never" ends here too: `await` of a promise of the host cannot be interrupted. */
  readonly left: (() => void)[];
  /** Some natively hostile values throw native errors: those that were given say which. */
  readonly nativeMessages: Set<string>;
  /** True if a value closes the loop of the call: what waits for the loop says so then. */
  mayBeClosed: boolean;
  /** The task that makes the call. */
  task: Task<unknown> | undefined;
  /** Makes the same call again, at most a few times. */
  again: () => unknown;
  receiver: unknown;
  /** Makes the call inside of code that a hostile value runs. */
  enclose: ((call: () => void) => void) | undefined;
}

/** Makes a hostile value for a call. */
export type Make = (world: World) => unknown;

/** Makes an error that a hostile value throws. */
export function hostileError(world: World, what: string): Hostile {
  const error = new Hostile(what);
  world.given.add(error);
  return error;
}

export function throwHostile(world: World, what: string): never {
  throw hostileError(world, what);
}

export function newWorld(loop: EventLoop): World {
  return {
    loop,
    other,
    closed,
    foreign,
    foreignFuture: () => foreign.createFuture(),
    pool: () => sharedPool(InlineExecutor),
    given: new Set(),
    left: [],
    nativeMessages: new Set(),
    mayBeClosed: false,
    task: undefined,
    again: () => undefined,
    receiver: undefined,
    enclose: undefined,
  };
}
