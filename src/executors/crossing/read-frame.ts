/**
 * Reads what the other side of a line has sent, and trusts none of it: a job may send messages over the line of its worker, with
 * the mark of ours, and a program may send messages of its own to a worker that it has started. What these functions return has
 * the shape that `protocol.ts` describes, and names no job that cannot be. They look at no result, item or argument, and take
 * time in proportion to the size of the message.
 */
import { capacity, wordCount } from './claim-table.ts';
import { abs, floor, isArray, isSafeInteger, KeptSet } from './intrinsics.ts';
import {
  type FromWorker,
  type Jobs,
  mark,
  type NumberedCode,
  type OutcomeList,
  type Part,
  type Sign,
  type Thrown,
  type ToWorker,
} from './protocol.ts';

/** The message is none of the protocol. Its text is the end of a sentence. */
export class FrameError extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a marked message of a worker.
 *
 * @param next - The number that the worker's next job will have: it knows of none from there on.
 * @throws FrameError
 */
export function readFrame(message: unknown, next: number): FromWorker {
  if (isArray(message)) return readOutcomesFrame(message, next);
  if (!isFields(message) || message['mark'] !== mark) refuse('has no mark');
  const { type, seq } = message as Fields;
  switch (type) {
    case 'ready':
    case 'pong':
    case 'closing':
      break;
    case 'broken':
    case 'uncaught':
    case 'untidy':
      check(isThrown((message as Fields)['failure']), `${type}.failure`);
      break;
    case 'lost':
      check(isCount((message as Fields)['count']), 'lost.count');
      break;
    case 'items': {
      const { after, items, refused } = message as Fields;
      check(isJob(seq, next), 'items.seq');
      check(isCount(after), 'items.after');
      check(isArray(items), 'items.items');
      check(refused === undefined || isThrown(refused), 'items.refused');
      break;
    }
    case 'progress':
      check(isJob(seq, next), 'progress.seq');
      break;
    case 'withdrawn': {
      const { seqs } = message as Fields;
      check(
        isListOf(seqs, capacity, (each) => isJob(each, next)),
        'withdrawn.seqs',
      );
      break;
    }
    case 'unreadable':
      check(typeof (message as Fields)['reason'] === 'string', 'unreadable.reason');
      check(isJobOrNone((message as Fields)['after'], next), 'unreadable.after');
      break;
    default:
      refuse('has an unknown type');
  }
  return message as unknown as FromWorker;
}

function readOutcomesFrame(list: readonly unknown[], next: number): OutcomeList {
  check(list[0] === mark, 'the mark');
  check(isJobOrNone(list[1], next), 'upTo');
  check(isCount(list[2]), 'busy');
  check(isJobOrNone(list[3], next), 'claimed');
  let seq = 0;
  for (let at = 4; at < list.length; ) {
    const first = list[at++];
    const count = list[at++];
    check(isJob(first, next) && first >= seq, 'the number of a job');
    check(Number.isInteger(count) && count !== 0, 'a count of outcomes');
    const size = abs(count as number);
    seq = first + size;
    check(size <= capacity && seq <= next && at + size <= list.length, 'a count of outcomes');
    if ((count as number) < 0) {
      for (let end = at + size; at < end; at++) check(isThrown(list[at]), 'a failure');
    } else {
      at += size;
    }
  }
  return list as unknown as OutcomeList;
}

/** Reads a sign; undefined for a marked message that is none, which is for the pool. */
export function readSign(message: object): Sign | undefined {
  const { sign, stream, chunk, begun } = message as Fields;
  switch (sign) {
    case 'listening':
    case 'file lost':
    case 'printed':
      return message as Sign;
    case 'output':
      return (stream === 'stdout' || stream === 'stderr') &&
        (typeof chunk === 'string' || chunk instanceof Uint8Array)
        ? (message as Sign)
        : undefined;
    case 'over':
      return begun === undefined || isCount(begun) ? (message as Sign) : undefined;
    default:
      return undefined;
  }
}

/** What a worker knows when it reads a message. */
export interface KnownToWorker {
  /** The number of the last job that it has read; -1 for none. */
  readonly last: number;
  /** True if it keeps a function under this number. */
  knows(code: number): boolean;
}

/** Reads a message to a worker; undefined for one that is none of the protocol. */
export function readFrameToWorker(message: unknown, known: KnownToWorker): ToWorker | undefined {
  const isFrame = isArray(message) ? isJobs(message, known) : isFields(message) && isOrder(message);
  return isFrame ? (message as ToWorker) : undefined;
}

function isOrder(message: Fields): boolean {
  const { seq, count, seqs, reason, initializer, teardown, tsx, claims } = message;
  switch (message['type']) {
    case 'start':
      return (
        (initializer === undefined || isCall(initializer)) &&
        (teardown === undefined || isCall(teardown)) &&
        (tsx === undefined || typeof tsx === 'string') &&
        (claims === undefined || (claims instanceof Int32Array && claims.length === wordCount))
      );
    case 'withdraw':
      return isListOf(seqs, capacity, isCount);
    case 'abort':
      return isCount(seq) && isAbortReason(reason);
    case 'grant':
      return isCount(seq) && isCount(count);
    case 'report':
    case 'ping':
    case 'close':
      return true;
    default:
      return false;
  }
}

function isAbortReason(value: unknown): boolean {
  return (
    isFields(value) && typeof value['timeout'] === 'boolean' && typeof value['text'] === 'string'
  );
}

function isJobs(list: readonly unknown[], known: KnownToWorker): list is Jobs {
  const first = list[0];
  const claimed = list[1];
  if (!isCount(first) || first <= known.last) return false;
  let total = 0;
  const isNew = new KeptSet<number>();
  for (let at = 2; at < list.length; ) {
    const code = list[at++];
    if (isCount(code) ? !known.knows(code) && !isNew.has(code) : !isNumberedCode(code))
      return false;
    if (isNumberedCode(code)) isNew.add(code.number);
    const head = list[at++];
    const count = list[at++];
    if (!isCount(head) || !isCount(count) || count === 0) return false;
    if ((head & 2) === 2 && !isArray(list[at++])) return false;
    at += count * floor(head / 4);
    total += count;
    if (total > capacity || at > list.length) return false;
  }
  return isJobOrNone(claimed, first + total);
}

function isCall(value: unknown): boolean {
  return isFields(value) && isCode(value['code']) && isArray(value['args']);
}

function isCode(value: unknown): value is Fields {
  if (!isFields(value) || typeof value['name'] !== 'string') return false;
  const { kind, text, url } = value;
  return kind === 'source'
    ? typeof text === 'string'
    : kind === 'reference' && typeof url === 'string';
}

function isNumberedCode(value: unknown): value is NumberedCode {
  return isCode(value) && isCount(value['number']);
}

function isThrown(value: unknown): value is Thrown {
  if (!isFields(value)) return false;
  const { root, errors } = value;
  if (!isArray(errors)) return false;
  const isPart = (part: unknown): part is Part => isPartOf(part, errors.length);
  return isPart(root) && isListOf(errors, errors.length, (record) => isRecord(record, isPart));
}

function isPartOf(part: unknown, errors: number): boolean {
  if (!isFields(part)) return false;
  const { error } = part;
  return 'error' in part ? isCount(error) && error < errors : 'value' in part;
}

function isRecord(record: unknown, isPart: (part: unknown) => boolean): boolean {
  if (!isFields(record)) return false;
  const { known, name, message, stack, cause, members, properties } = record;
  return (
    typeof known === 'string' &&
    typeof name === 'string' &&
    typeof message === 'string' &&
    (stack === undefined || typeof stack === 'string') &&
    (cause === undefined || isPart(cause)) &&
    (members === undefined || isListOf(members, Number.POSITIVE_INFINITY, isPart)) &&
    isListOf(properties, Number.POSITIVE_INFINITY, (each) => isProperty(each, isPart))
  );
}

function isProperty(value: unknown, isPart: (part: unknown) => boolean): boolean {
  if (!isArray(value) || value.length !== 2) return false;
  return typeof value[0] === 'string' && isPart(value[1]);
}

/** Place by place, so that the first empty place of a sparse list ends the search. */
function isListOf(value: unknown, most: number, isItem: (item: unknown) => boolean): boolean {
  if (!isArray(value) || value.length > most) return false;
  for (let at = 0; at < value.length; at++) if (!isItem(value[at])) return false;
  return true;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** True for a whole number of at least 0. */
function isCount(value: unknown): value is number {
  return isSafeInteger(value) && (value as number) >= 0;
}

function isJob(value: unknown, next: number): value is number {
  return isCount(value) && value < next;
}

function isJobOrNone(value: unknown, next: number): boolean {
  return value === -1 || isJob(value, next);
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) refuse(`has a wrong value: ${what}`);
}

function refuse(why: string): never {
  throw new FrameError(why);
}
