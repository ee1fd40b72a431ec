/**
 * Stacks as lists of places in the user's own code.
 *
 * Generators that wait for each other with `yield*` are on the stack one above the other while the innermost runs. So a
 * stack taken there shows the place of each. Frames of this library and of the host are left out, and all frames below the
 * step of the task: they belong to the code that runs the loop.
 */
import { setStackLimit } from './stack-limit.ts';

/** A place in a program. */
export interface StackFrame {
  /** The name that the host gives it; undefined for functions without a name. */
  readonly functionName: string | undefined;
  /** A path, or the URL of a module that does not come from a file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** All of it in a line: `main (/app/main.ts:12:3)`. */
  readonly text: string;
}

/** V8: `at async Pool.fetch [as get] (file:///app.js:3:5)`, or without a name and the parentheses. */
const v8Named = /^\s*at (?:async )?(.+?) \((.+):(\d+):(\d+)\)$/;
const v8Unnamed = /^\s*at (?:async )?(.+):(\d+):(\d+)$/;
/** Firefox and Safari: `fetch@https://…/app.js:3:5`. */
const gecko = /^(?:async\*)?([^@]*)@(.+):(\d+):(\d+)$/;

/** The number of frames taken. Enough for any chain of coroutines written by hand: each takes two frames. */
const depth = 100;

let library: readonly string[] | undefined;

/**
 * Returns the folders of this library; none if a bundler has put it into one file with other code. There may be a second
 * one: Deno, and Node with source maps turned on, name the original source files in stacks.
 */
function placesOfLibrary(): readonly string[] {
  library ??= [pathOf(String(import.meta.url)), allFrames(takeStack().stack)[0]?.file ?? '']
    .map((file) => /^(.*\/)(?:core\/stack-frames|node\/skein-core)\.[jt]s/.exec(file)?.[1])
    .filter((folder) => folder !== undefined);
  return library;
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? decodeURI(file.slice(7)) : file;
}

/** Returns the frame of a line of a stack; undefined if the line is none. */
export function parseFrame(line: string): StackFrame | undefined {
  const named = v8Named.exec(line) ?? gecko.exec(line);
  const unnamed = named === null ? v8Unnamed.exec(line) : null;
  const [name = '', place = '', row, column] = named?.slice(1) ?? ['', ...(unnamed ?? []).slice(1)];
  if (row === undefined || column === undefined) return undefined;
  const file = pathOf(place);
  const functionName = name.replace(/ \[as .*\]$/, '') || undefined;
  const at = `${file}:${row}:${column}`;
  return Object.freeze({
    functionName,
    file,
    line: Number(row),
    column: Number(column),
    text: functionName === undefined ? at : `${functionName} (${at})`,
  });
}

export function isOfLibrary({ file }: StackFrame): boolean {
  return placesOfLibrary().some((folder) => file.startsWith(folder));
}

export function isFrameOfHost({ file }: StackFrame): boolean {
  return file.startsWith('node:') || file.startsWith('ext:') || file === 'native';
}

function isOwn(frame: StackFrame): boolean {
  return !isOfLibrary(frame) && !isFrameOfHost(frame);
}

/** Takes the current stack. The host makes its text when that is first read, which is most of the cost. */
export function takeStack(): Error {
  const limit = setStackLimit(depth);
  try {
    return new Error();
  } finally {
    setStackLimit(limit);
  }
}

/** The end of the frames of a task, or of a part of one: below is the code that runs the loop. */
const step = /Task\._step$/;
/** The end of the frames of an async function: below is the coroutine that called it, or the code that runs the loop. */
const call = /(?:Task\._step|\bAsyncFrame\.call(?:ForTask)?)$/;

/** Tells whether a frame is the step of a task, or of a part of a task: below is the code that runs the loop. */
export function isLastOfStep(frame: StackFrame): boolean {
  if (!step.test(frame.functionName ?? '')) return false;
  return placesOfLibrary().length === 0 || isOfLibrary(frame);
}

function allFrames(stack: string | undefined): StackFrame[] {
  const frames = (stack ?? '').split('\n').map(parseFrame);
  return frames.filter((frame) => frame !== undefined);
}

function framesUpTo(end: RegExp, stack: string | undefined): StackFrame[] {
  const frames = allFrames(stack);
  const isBundled = placesOfLibrary().length === 0;
  const last = frames.findIndex(
    (frame) => end.test(frame.functionName ?? '') && (isBundled || isOfLibrary(frame)),
  );
  return last === -1 ? frames : frames.slice(0, last + 1);
}

/** Returns the user's frames of a stack, the innermost first, down to the step of the task. */
export function ownFrames(stack: string | undefined): StackFrame[] {
  return framesUpTo(step, stack).filter(isOwn);
}

/** Returns the user's frames of a stack taken at an `await`, down to the call of the outermost async function. */
export function ownFramesOfAwait(stack: string | undefined): StackFrame[] {
  return framesUpTo(call, stack).filter(isOwn);
}

/** Names the function of this library that the user's code called: `sleep`, `Lock.acquire`. */
export function calledIn(stack: string | undefined): string | undefined {
  const frames = framesUpTo(step, stack);
  const own = frames.findIndex(isOwn);
  return placesOfLibrary().length === 0 ? undefined : frames[own - 1]?.functionName;
}
