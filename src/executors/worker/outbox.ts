/** Collects outcomes for the pool: many are sent in one message, and none waits for long. */

import { tagOf } from '../crossing/brands.ts';
import { isCloneable, reasonAgainst } from '../crossing/cloneable.ts';
import { encodeThrown } from '../crossing/error-codec.ts';
import { append, KeptMap, now } from '../crossing/intrinsics.ts';
import { OutcomeWriter, readOutcomes } from '../crossing/outcomes.ts';
import { type FromWorker, mark, type OutcomeList } from '../crossing/protocol.ts';
import { refuseUnmovable, type Transferable, transferListOf } from '../crossing/transfer.ts';
import { ChunkOutcomes } from './chunk.ts';

/** Returns all transferred values in one list. */
export function allOf(moving: Moving): Transferable[] {
  const all: Transferable[] = [];
  moving.forEach((list) => {
    for (let at = 0; at < list.length; at++) append(all, list[at] as Transferable);
  });
  return all;
}

type Moving = ReadonlyMap<number, readonly Transferable[]>;

export class Outbox {
  readonly #post: (message: FromWorker, transfer?: readonly Transferable[]) => void;
  readonly #writer = new OutcomeWriter();
  /** The name of the function, for each outcome. */
  #names: string[] = [];
  /** The transferred values of results, by the number of the job. */
  #moving: Map<number, readonly Transferable[]> | undefined;
  /** The time that the collected jobs took, in ms. */
  #busy = 0;
  /** The number of the last job that has an outcome. */
  #upTo = -1;
  flushedAt = 0;
  /** True while outcomes wait for what their jobs have printed. */
  isHeld = false;

  constructor(post: (message: FromWorker, transfer?: readonly Transferable[]) => void) {
    this.#post = post;
  }

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  /** @param value - The result, or the encoded error if the job failed. */
  add(name: string, seq: number, failed: boolean, value: unknown, ms: number): void {
    this.#writer.add(seq, failed, value);
    append(this.#names, name);
    const moves = failed ? undefined : transferListOf(value);
    if (moves !== undefined) this.#moving = (this.#moving ?? new KeptMap()).set(seq, moves);
    this.#busy += ms;
    this.#upTo = seq;
  }

  /** @param claimed - All jobs up to this number are claimed; -1 if there is no claim to tell. */
  flush(claimed = -1): void {
    this.flushedAt = now();
    if (this.isHeld) {
      if (claimed !== -1) this.#post([mark, -1, 0, claimed]);
      return;
    }
    if (this.isEmpty && claimed === -1) return;
    const outcomes = this.#writer.take(this.#upTo, this.#busy, claimed);
    const names = this.#names;
    const each = this.#busy / names.length;
    const moving = this.#moving;
    this.#names = [];
    this.#busy = 0;
    this.#moving = undefined;
    try {
      const transfer = moving && allOf(moving);
      refuseUnmovable(transfer);
      this.#post(outcomes, transfer);
    } catch {
      this.#postOneByOne(outcomes, names, each, moving);
      if (claimed !== -1) this.report(claimed);
    }
  }

  /** Tells the pool the number of the last job that has an outcome. */
  report(claimed = -1): void {
    this.#post(this.#writer.take(this.#upTo, 0, claimed));
  }

  #postOneByOne(
    outcomes: OutcomeList,
    names: readonly string[],
    busy: number,
    moving: Moving | undefined,
  ): void {
    let at = 0;
    readOutcomes(outcomes, (seq, failed, value) => {
      const name = names[at++] as string;
      const transfer = moving?.get(seq);
      try {
        refuseUnmovable(transfer);
        this.#postAlone(seq, failed, value, busy, transfer);
      } catch (cause) {
        if (value instanceof ChunkOutcomes && this.#tryPostMended(seq, value, name, busy, transfer))
          return;
        const failure = encodeThrown(uncopiable(name, value, cause, transfer));
        this.#postAlone(seq, true, failure, busy);
      }
    });
  }

  /** Posts a chunk whose results were partly replaced by failures; false if that cannot be copied either. */
  #tryPostMended(
    seq: number,
    outcomes: ChunkOutcomes,
    name: string,
    busy: number,
    transfer: readonly Transferable[] | undefined,
  ): boolean {
    if (!mend(outcomes, name)) return false;
    try {
      this.#postAlone(seq, false, outcomes, busy, transfer);
      return true;
    } catch {
      return false;
    }
  }

  #postAlone(
    seq: number,
    failed: boolean,
    value: unknown,
    busy: number,
    transfer?: readonly Transferable[],
  ): void {
    this.#writer.add(seq, failed, value);
    this.#post(this.#writer.take(seq, busy, -1), transfer);
  }
}

/** Replaces each result of a chunk that cannot be copied by a failure; returns true if there were any. */
function mend(outcomes: ChunkOutcomes, name: string): boolean {
  let any = false;
  for (let at = 0; at < outcomes.length; at += 2) {
    const result = outcomes[at + 1];
    if (outcomes[at] === true || isCloneable(result)) continue;
    outcomes[at] = true;
    outcomes[at + 1] = encodeThrown(uncopiable(name, result, undefined));
    any = true;
  }
  return any;
}

function uncopiable(
  name: string,
  result: unknown,
  cause: unknown,
  transfer?: readonly Transferable[],
): TypeError {
  const reason = reasonAgainst(result, 'result', cause, transfer);
  const advice = isGenerator(result)
    ? `For its items use \`stream(${name}, …)\`.`
    : 'Return plain data.';
  return new TypeError(
    `The worker expected \`${name}\` to return something that can be copied, but ${reason}. ${advice}`,
    { cause },
  );
}

/** A function that the program knows only by its name may be a generator function. */
function isGenerator(value: unknown): boolean {
  return /^\[object (?:Async)?Generator\]$/.test(tagOf(value));
}
