import { checkCallback, checkOptions } from '../../core/checks.ts';
import { current } from '../../core/current.ts';
import { checkKnownOptions } from '../../core/known-options.ts';
import type { Entry } from './entry.ts';
import { eventNames, type Instrument } from './instrument.ts';
import { Instruments } from './instruments.ts';
import type { StepTaker } from './step-taker.ts';

function replace(entries: readonly Entry[]): void {
  const before = current.hooks as Instruments | undefined;
  current.hooks = entries.length === 0 ? undefined : new Instruments(entries, replace, before);
}

/** Reads each method once. A slip of the pen in the name of an event would go unnoticed. An object of a class may have other methods. */
function methodsOf(instrument: Instrument): Instrument {
  checkOptions('addInstrument', instrument);
  if (Object.getPrototypeOf(instrument) === Object.prototype)
    checkKnownOptions('addInstrument', instrument, eventNames);
  const methods: Record<string, unknown> = {};
  for (const event of eventNames) {
    const method: unknown = instrument[event];
    if (method === undefined) continue;
    checkCallback('addInstrument', method);
    methods[event] = method;
  }
  return methods;
}

/**
 * Tells an instrument what happens on all loops of this thread, those that are made later too. Steps are told from the next
 * iteration of a loop on.
 *
 * @param instrument - Its methods are read now. One that is added twice is told twice.
 * @returns What takes it out again, by `using` or by `[Symbol.dispose]()`.
 * @throws TypeError when it is no object, or when a method is no plain function; for an event that does not exist.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 * import { addInstrument } from 'skein/inspect';
 *
 * let steps = 0;
 * const added = addInstrument({ stepEnds: () => steps++ });
 * await run(async () => {
 *   await sleep(1);
 * });
 * added[Symbol.dispose]();
 * steps > 0; // => true
 * ```
 */
export function addInstrument(instrument: Instrument): Disposable {
  return addEntry({ instrument: methodsOf(instrument), self: instrument, isIn: true });
}

/** As `addInstrument()`, for an instrument of this package: steps are told to it whole, while no other instrument hears of them. */
export function addStepTaker(taker: StepTaker): Disposable {
  return addEntry({ instrument: methodsOf(taker), self: taker, taker, isIn: true });
}

function addEntry(entry: Entry): Disposable {
  replace([...((current.hooks as Instruments | undefined)?.entries ?? []), entry]);
  return Object.freeze({
    [Symbol.dispose](): void {
      if (!entry.isIn) return;
      entry.isIn = false;
      replace((current.hooks as Instruments).entries.filter((each) => each !== entry));
    },
  });
}
