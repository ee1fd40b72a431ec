/**
 * What is written into a job and an outcome: sizes are limited, and with a `secret` all of it is signed.
 *
 * An outcome is the text of a list: `[kind, value, signature?]`. The signature of either is over the id of the job, so that an
 * old message cannot stand for another job.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe } from '../core/text.ts';
import type { Thrown } from '../executors/crossing/protocol.ts';
import { decode, encode } from './codec.ts';
import type { WireData } from './engine.ts';

/** The newest version of the format that this library knows. */
export const version = 1;

export interface WireOptions {
  /** Only JSON is written. */
  readonly onlyJson: boolean;
  /** The most bytes of the arguments of a job, or of its result. */
  readonly maxPayload: number;
  /** The first of them signs; each of them is accepted. Without one nothing is signed, and no signature is asked for. */
  readonly secrets: readonly string[];
}

/** The way in which a job ended. */
export type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly thrown: Thrown }
  | { readonly kind: 'cancelled'; readonly reason: string };

/** The most bytes of a letter. */
const mostBytes = 3;

/** Thrown for what another program has written and this one does not accept. The message is the end of a sentence. */
export class Refused extends Error {}

export class Wire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /**
   * Writes a value.
   *
   * @param what - Names it in errors: "the arguments of `add`".
   * @throws RangeError for a text that is too long; as `encode()`.
   */
  write(what: string, value: unknown): string {
    const text = encode(value, this.#options.onlyJson);
    this.#checkSize(what, text);
    return text;
  }

  /** @throws Refused */
  read(what: string, text: unknown): unknown {
    if (typeof text !== 'string') throw new Refused(`${what} are no text`);
    try {
      this.#checkSize(what, text);
      return decode(text);
    } catch (error) {
      throw new Refused(`${what} cannot be read: ${(error as Error).message}`);
    }
  }

  #checkSize(what: string, text: string): void {
    const { maxPayload } = this.#options;
    if (text.length <= maxPayload / mostBytes) return;
    const bytes = text.length > maxPayload ? text.length : Buffer.byteLength(text);
    if (bytes <= maxPayload) return;
    throw new RangeError(
      `\`maxPayload\` expected ${what} to have at most ${maxPayload} bytes, but got ${bytes}. Put them into a store and pass their key, or raise \`maxPayload\` on both sides.`,
    );
  }

  writeOutcome(id: string, what: string, outcome: Outcome): string {
    const value =
      outcome.kind === 'cancelled'
        ? JSON.stringify(outcome.reason)
        : outcome.kind === 'returned'
          ? this.write(what, outcome.value)
          : this.#writeThrown(outcome.thrown);
    const { kind } = outcome;
    const [secret] = this.#options.secrets;
    if (secret === undefined) return JSON.stringify([kind, value]);
    return JSON.stringify([kind, value, signatureOf(secret, [id, kind, value])]);
  }

  /** An error is always told: one that cannot be copied, or is too large, without what hangs on it and its texts shortened. */
  #writeThrown(thrown: Thrown): string {
    let isTooLarge = false;
    try {
      const text = encode(thrown);
      if (Buffer.byteLength(text) <= this.#options.maxPayload) return text;
      isTooLarge = true;
    } catch {
      // A part of it can be copied between threads only.
    }
    const [first] = thrown.errors;
    if (first === undefined) {
      const value = isTooLarge ? 'a value too large to send' : 'a value that cannot be copied';
      return encode({ root: { value }, errors: [] });
    }
    const why = isTooLarge
      ? 'the error was too large to send all of it'
      : 'parts of the error cannot be copied';
    const message = `${first.message.slice(0, 1000)} … (${why})`;
    const stack = first.stack?.slice(0, 4000);
    const small = {
      ...first,
      message,
      stack,
      cause: undefined,
      members: undefined,
      properties: [],
    };
    return encode({ root: { error: 0 }, errors: [small] });
  }

  /** @throws Refused */
  readOutcome(id: string, text: string): Outcome {
    let parts: unknown;
    try {
      if (text.length > 2 * this.#options.maxPayload + 1000)
        throw new RangeError('it is too large');
      parts = JSON.parse(text);
    } catch (error) {
      throw new Refused(`its outcome cannot be read: ${(error as Error).message}`);
    }
    if (!Array.isArray(parts)) throw new Refused(`its outcome is ${describe(parts)}`);
    const [kind, value, signature] = parts as unknown[];
    this.#checkSignature([id, kind, value], signature, 'its outcome');
    const read = this.read('the contents of its outcome', value);
    switch (kind) {
      case 'returned':
        return { kind, value: read };
      case 'threw':
        return { kind, thrown: checkThrown(read) };
      case 'cancelled':
        return { kind, reason: typeof read === 'string' ? read : '' };
      default:
        throw new Refused(`its outcome is of the kind ${describe(kind)}`);
    }
  }

  /** Writes a report of a job. It is not signed: a forged one can only tell a wrong number. */
  writeReport(value: unknown): string {
    return this.write('the report', value);
  }

  signData(id: string, name: string, data: WireData): WireData {
    const [secret] = this.#options.secrets;
    if (secret === undefined) return data;
    return { ...data, signature: signatureOf(secret, signed(id, name, data)) };
  }

  /** @throws Refused */
  checkData(id: string, name: string, data: WireData): void {
    if (this.#options.secrets.length === 0) return;
    this.#checkSignature(signed(id, name, data), data.signature, 'the job');
  }

  #checkSignature(parts: readonly unknown[], signature: unknown, what: string): void {
    const { secrets } = this.#options;
    if (secrets.length === 0) return;
    if (typeof signature !== 'string') {
      throw new Refused(`${what} is not signed; give both sides the same \`secret\``);
    }
    const given = Buffer.from(signature);
    const isGood = secrets.some((secret) => {
      const wanted = Buffer.from(signatureOf(secret, parts));
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    });
    if (!isGood) {
      throw new Refused(`the signature of ${what} is wrong; give both sides the same \`secret\``);
    }
  }
}

function signatureOf(secret: string, parts: readonly unknown[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64');
}

/** The parts of a job that are signed, in this order. */
const signedFields = [
  'v',
  'args',
  'replyTo',
  'submittedAt',
  'keep',
  'label',
  'named',
  'chunked',
  'reports',
  'timeout',
  'grace',
  'deadline',
  'queueTimeout',
  'retries',
  'again',
  'retry',
  'context',
  'headers',
] as const satisfies readonly (keyof WireData)[];

function signed(id: string, name: string, data: WireData): readonly unknown[] {
  return [id, name, ...signedFields.map((field) => data[field] ?? null)];
}

type FieldType = 'string' | 'number' | 'boolean' | 'object';

/** What may be in the data of a job. */
const fieldTypes: ReadonlyMap<string, FieldType> = new Map<keyof WireData, FieldType>([
  ['v', 'number'],
  ['args', 'string'],
  ['replyTo', 'string'],
  ['submittedAt', 'number'],
  ['keep', 'number'],
  ['label', 'string'],
  ['named', 'boolean'],
  ['chunked', 'boolean'],
  ['reports', 'boolean'],
  ['timeout', 'number'],
  ['grace', 'number'],
  ['deadline', 'number'],
  ['queueTimeout', 'number'],
  ['retries', 'number'],
  ['again', 'boolean'],
  ['retry', 'object'],
  ['context', 'string'],
  ['headers', 'object'],
  ['signature', 'string'],
  ['failures', 'number'],
]);

const needed = ['args', 'replyTo', 'v', 'submittedAt', 'keep'] as const;

/** Each field is there, so that none is looked for in a prototype. */
function noData(): Record<keyof WireData, unknown> {
  const none = undefined;
  return {
    v: none,
    args: none,
    replyTo: none,
    submittedAt: none,
    keep: none,
    label: none,
    named: none,
    chunked: none,
    reports: none,
    timeout: none,
    grace: none,
    deadline: none,
    queueTimeout: none,
    retries: none,
    again: none,
    retry: none,
    context: none,
    headers: none,
    signature: none,
    failures: none,
  };
}

/** Returns the data of a job as far as it has the right types. @throws Refused if it is no job. */
export function checkData(given: unknown): WireData {
  if (typeof given !== 'object' || given === null)
    throw new Refused(`its data is ${describe(given)}`);
  const data = noData() as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    const type = fieldTypes.get(name);
    const value = (given as Record<string, unknown>)[name];
    if (type === undefined || value === undefined) continue;
    if (!isRight(value, type)) throw new Refused(`\`${name}\` of its data is ${describe(value)}`);
    data[name] = name === 'retry' ? checkRetry(value as object) : value;
  }
  for (const name of needed) {
    if (data[name] === undefined) throw new Refused(`\`${name}\` of its data is undefined`);
  }
  return data as unknown as WireData;
}

function isRight(value: unknown, type: FieldType): boolean {
  return typeof value === type && value !== null && (type !== 'number' || isTolerable(value));
}

/** False for a number that the engine or a timer would choke on. */
function isTolerable(value: unknown): boolean {
  return (value as number) >= 0 && (value as number) <= Number.MAX_SAFE_INTEGER;
}

function checkRetry(given: object): Record<string, number> {
  const { attempts, delay, factor } = given as Record<string, unknown>;
  const retry = { attempts, delay, factor };
  if (Object.values(retry).every((value) => isRight(value, 'number'))) {
    return retry as Record<string, number>;
  }
  throw new Refused(`\`retry\` of its data is ${describe(given)}`);
}

/** @throws Refused for what `decodeThrown()` could not put together. */
function checkThrown(value: unknown): Thrown {
  const { root, errors } = Object(value) as { root?: unknown; errors?: unknown };
  const isPart = (part: unknown): boolean =>
    typeof part === 'object' && part !== null && ('error' in part || 'value' in part);
  const isRecord = (record: unknown): boolean => {
    const { known, name, message, stack, cause, members, properties } = Object(record) as Record<
      string,
      unknown
    >;
    return (
      [known, name, message].every((each) => typeof each === 'string') &&
      (stack === undefined || typeof stack === 'string') &&
      (cause === undefined || isPart(cause)) &&
      (members === undefined || (Array.isArray(members) && members.every(isPart))) &&
      Array.isArray(properties) &&
      properties.every(
        (each) => Array.isArray(each) && typeof each[0] === 'string' && isPart(each[1]),
      )
    );
  };
  if (isPart(root) && Array.isArray(errors) && errors.every(isRecord)) return value as Thrown;
  throw new Refused('its outcome is no error');
}
