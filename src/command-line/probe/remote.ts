/** Objects of the program that is looked at, by the inspector. */
import type { Session } from '../attach/session.ts';

export interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly description?: string;
  readonly subtype?: string;
  /** Of a list in Bun: how many items it has. In the others its description says it. */
  readonly size?: number;
}

interface Property {
  readonly name: string;
  /** In Bun, private fields are among the others. */
  readonly isPrivate?: boolean;
  readonly value?: RemoteObject;
}

/** The properties of an object, by kind. */
export interface Properties {
  readonly own: readonly Property[];
  /** Private fields: no code of the program can read these from outside. */
  readonly hidden: readonly Property[];
  /** What the engine tells of it, as where a generator stands. */
  readonly engine: readonly Property[];
}

/** All objects that this command has asked for: released at the end. */
export const objectGroup = 'skein';

/** Evaluates a text. It is over at once: to wait for a promise would hang while the thread computes. */
export async function evaluate(
  session: Session,
  expression: string,
  ms?: number,
): Promise<RemoteObject> {
  const told = await session.request(
    'Runtime.evaluate',
    { expression, objectGroup, silent: true, disableBreaks: true },
    ms,
  );
  return resultOf(told);
}

/** How long a call may take, in ms. It must not be given up while it runs: see `attach.ts`. */
const callMs = 120_000;

/** Calls a function, given as its text. `this` is the global object. */
export async function callFunction(
  session: Session,
  functionDeclaration: string,
  args: readonly (RemoteObject | undefined)[],
  returnByValue: boolean,
): Promise<RemoteObject> {
  const { objectId } = await evaluate(session, 'globalThis');
  const call = {
    functionDeclaration,
    objectId,
    arguments: args.map((each) =>
      each?.objectId === undefined ? { value: each?.value } : { objectId: each.objectId },
    ),
    returnByValue,
    objectGroup,
    silent: true,
  };
  const told = await session.request('Runtime.callFunctionOn', call, callMs);
  return resultOf(told);
}

/** What was evaluated threw: the thread may have been in the middle of a function of the library. */
export class ProbeError extends Error {}

/** Bun says `wasThrown`, the others have details of the exception. */
function resultOf({ result, exceptionDetails, wasThrown }: Record<string, unknown>): RemoteObject {
  if (exceptionDetails === undefined && wasThrown !== true) return result as RemoteObject;
  const { exception, text } = (exceptionDetails ?? { exception: result }) as {
    exception?: RemoteObject;
    text?: string;
  };
  throw new ProbeError(
    `the program threw while it was looked at: ${exception?.description ?? text}`,
  );
}

export async function propertiesOf(session: Session, objectId: string): Promise<Properties> {
  const told = await session.request('Runtime.getProperties', { objectId, ownProperties: true });
  const listed = ((told['result'] ?? told['properties']) as Property[] | undefined) ?? [];
  const hidden = (told['privateProperties'] as Property[] | undefined) ?? [];
  return {
    own: listed.filter(({ isPrivate }) => isPrivate !== true),
    hidden: [...hidden, ...listed.filter(({ isPrivate }) => isPrivate === true)],
    engine: (told['internalProperties'] as Property[] | undefined) ?? [],
  };
}

/** Returns the values of the private fields of an object; none if it is not one. */
export async function hiddenOf(
  session: Session,
  object: RemoteObject | undefined,
): Promise<RemoteObject[]> {
  if (object?.objectId === undefined) return [];
  const { hidden } = await propertiesOf(session, object.objectId);
  return hidden.flatMap(({ value }) => value ?? []);
}

/** Returns the items of a list that are objects. */
export async function itemsOf(session: Session, list: RemoteObject): Promise<RemoteObject[]> {
  if (list.objectId === undefined) return [];
  const { own } = await propertiesOf(session, list.objectId);
  return own.flatMap(({ name, value }) =>
    /^\d+$/.test(name) && value !== undefined ? [value] : [],
  );
}

/** Makes a list of such objects in the program. */
export function listOf(session: Session, objects: readonly RemoteObject[]): Promise<RemoteObject> {
  return callFunction(session, 'function (...all) { return all; }', objects, false);
}
