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
    const signature = this.#sign([id, outcome.kind, value]);
    return JSON.stringify(
      signature === undefined ? [outcome.kind, value] : [outcome.kind, value, signature],
    );
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
    const signature = this.#sign(signed(id, name, data));
    return signature === undefined ? data : { ...data, signature };
  }

  /** @throws Refused */
  checkData(id: string, name: string, data: WireData): void {
    this.#checkSignature(signed(id, name, data), data.signature, 'the job');
  }

  #sign(parts: readonly unknown[]): string | undefined {
    const [secret] = this.#options.secrets;
    return secret === undefined ? undefined : signatureOf(secret, parts);
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
  'retry',
  'context',
  'headers',
] as const satisfies readonly (keyof WireData)[];

function signed(id: string, name: string, data: WireData): readonly unknown[] {
  return [id, name, ...signedFields.map((field) => data[field] ?? null)];
}

/** Returns the data of a job as far as it has the right types. @throws Refused if it is no job. */
export function checkData(given: unknown): WireData {
  if (typeof given !== 'object' || given === null)
    throw new Refused(`its data is ${describe(given)}`);
  const data: Record<string, unknown> = Object.create(null);
  const read = (name: string, type: string, isNeeded = false): void => {
    const value: unknown = Object.hasOwn(given, name)
      ? (given as Record<string, unknown>)[name]
      : undefined;
    if (value === undefined && !isNeeded) return;
    const isRight = typeof value === type && value !== null && !Number.isNaN(value);
    if (!isRight) throw new Refused(`\`${name}\` of its data is ${describe(value)}`);
    data[name] = value;
  };
  for (const name of ['args', 'replyTo']) read(name, 'string', true);
  for (const name of ['v', 'submittedAt', 'keep']) read(name, 'number', true);
  for (const name of ['label', 'context', 'signature']) read(name, 'string');
  for (const name of ['named', 'chunked', 'reports']) read(name, 'boolean');
  for (const name of ['timeout', 'grace', 'deadline', 'queueTimeout', 'retries', 'failures']) {
    read(name, 'number');
  }
  for (const name of ['retry', 'headers']) read(name, 'object');
  checkNumbers(data);
  const retry: unknown = data['retry'];
  if (retry !== undefined) data['retry'] = checkRetry(retry as object);
  return data as unknown as WireData;
}

/** Numbers that the engine or a timer would choke on. */
function checkNumbers(data: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(data)) {
    if (typeof value !== 'number' || (value >= 0 && value <= Number.MAX_SAFE_INTEGER)) continue;
    throw new Refused(`\`${name}\` of its data is ${value}`);
  }
}

function checkRetry(given: object): Record<string, number> {
  const { attempts, delay, factor } = given as Record<string, unknown>;
  const retry = { attempts, delay, factor };
  for (const value of Object.values(retry)) {
    if (typeof value === 'number') continue;
    throw new Refused(`\`retry\` of its data is ${describe(given)}`);
  }
  checkNumbers(retry);
  return retry as Record<string, number>;
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
