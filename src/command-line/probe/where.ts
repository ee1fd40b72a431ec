/** Where tasks stand in the source, and what keeps a thread busy. */
import type { Session } from '../attach/session.ts';
import { pause, pauseMs } from '../pause.ts';
import { objectsOf } from './call-probe.ts';
import { evaluate, propertiesOf, type RemoteObject } from './remote.ts';

/** A place in the source. */
export interface Place {
  /** The function, if it has a name. */
  readonly functionName: string;
  /** Its file; empty for code without one. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
  /**
   * `stands`: the code stands here. `begins`: the function begins here; where an async function stands is known in debug mode only.
   */
  readonly what: 'stands' | 'begins';
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/** Turns the debugger on for as long as `work` takes: only then are the names of files known. */
async function withDebugger<T>(
  session: Session,
  work: (urls: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ scriptId, url }) =>
    urls.set(scriptId as string, url as string),
  );
  await session.request('Debugger.enable');
  try {
    return await work(urls);
  } finally {
    await session.request('Debugger.disable').catch(() => undefined);
  }
}

function placeAt(
  location: Location,
  functionName: string,
  what: Place['what'],
  urls: ReadonlyMap<string, string>,
): Place {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  const url = urls.get(scriptId) ?? '';
  return { functionName, url, line: lineNumber + 1, column: columnNumber + 1, what };
}

/** The name in a description of a function: `function* poll(queue) {`. */
function nameIn(description = ''): string {
  return /^(?:async\s+)?(?:function)?\s*\*?\s*([\w$#.]+)\s*\(/.exec(description)?.[1] ?? '';
}

async function placeOf(
  session: Session,
  object: RemoteObject,
  urls: ReadonlyMap<string, string>,
): Promise<Place | undefined> {
  if (object.objectId === undefined) return undefined;
  const { engine, own } = await propertiesOf(session, object.objectId);
  const find = (name: string): RemoteObject | undefined =>
    engine.find((each) => each.name === name)?.value;
  const stands = find('[[GeneratorLocation]]')?.value as Location | undefined;
  if (stands !== undefined)
    return placeAt(stands, nameIn(find('[[GeneratorFunction]]')?.description), 'stands', urls);
  const begins = find('[[FunctionLocation]]')?.value as Location | undefined;
  if (begins === undefined) return undefined;
  const name = own.find((each) => each.name === 'name')?.value?.value;
  return placeAt(begins, typeof name === 'string' ? name : '', 'begins', urls);
}

/** The folder of the library in the program; undefined in a bundle. */
async function libraryIn(
  session: Session,
  urls: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const maker = await evaluate(
    session,
    "globalThis[Symbol.for('skein.current/0')].entered?.constructor",
  );
  const url = (await placeOf(session, maker, urls))?.url ?? '';
  // As it is installed, or as it is loaded where no bundle was made of it.
  return /^(.*\/)(?:skein-core|core\/entered-loops)\.[jt]s$/.exec(url)?.[1];
}

/** Returns where a task stands, the innermost first: its coroutine, and the async functions that it awaits. */
export function placesOf(session: Session, id: number): Promise<Place[]> {
  return withDebugger(session, async (urls) => {
    const objects = await objectsOf(session, { verb: 'coroutines', id });
    const places = await Promise.all(objects.map((each) => placeOf(session, each, urls)));
    return ofProgram(
      session,
      places.flatMap((place) => place ?? []),
      urls,
    );
  });
}

/** Leaves out the library and the runtime. In a bundle the library stands in the file of the program: then all is shown. */
async function ofProgram(
  session: Session,
  places: readonly Place[],
  urls: ReadonlyMap<string, string>,
): Promise<Place[]> {
  const library = await libraryIn(session, urls);
  const isOther = ({ url }: Place): boolean =>
    !url.startsWith('node:') && (library === undefined || !url.startsWith(library));
  const own = places.filter(isOther);
  return own.length > 0 ? own : [...places];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly location: Location;
}

/** How long a thread may take to stop, in ms. */
const stopMs = 2000;

/**
 * Stops a thread that computes, reads its stack, and has it go on at once. Empty if it could not be stopped. Must not be called if
 * another debugger is connected: it may have stopped the program itself.
 */
export function stackOfThread(session: Session): Promise<Place[]> {
  return withDebugger(session, async (urls) => {
    let frames: readonly CallFrame[] | undefined;
    session.on('Debugger.paused', ({ callFrames }) => {
      frames = callFrames as CallFrame[];
      void session.request('Debugger.resume').catch(() => undefined);
    });
    await session.request('Debugger.pause');
    for (let waited = 0; frames === undefined && waited < stopMs; waited += pauseMs)
      await pause(pauseMs);
    const places = (frames ?? []).map(({ functionName, location, url }) => {
      const place = placeAt(location, functionName, 'stands', urls);
      return place.url === '' ? { ...place, url } : place;
    });
    return ofProgram(session, places, urls);
  });
}

/** `both (server.mjs:41:14)`. */
export function placeText({ functionName, url, line, column, what }: Place): string {
  const file = `${url.split('/').at(-1) ?? ''}:${line}:${column}`;
  const name = functionName === '' ? 'a function' : functionName;
  return what === 'stands' ? `${name} (${file})` : `${name} (begins at ${file})`;
}
