import type { HookedJob } from '../../core/hooks.ts';
import type { JobEvent } from './instrument.ts';

/** An event of a job, which is filled as it happens. */
export type Filled = { -readonly [Key in keyof JobEvent]: JobEvent[Key] };

/** What all `Instruments` share, also those of another copy of this package. */
export interface Shared {
  /** True while an instrument is being told: what it does is not told. */
  isTelling: boolean;
  /** The tasks that instruments have made, and those that these tasks made. */
  readonly own: WeakSet<object>;
  hasOwn: boolean;
  /** The jobs that were told. */
  readonly jobs: WeakMap<HookedJob, Filled>;
}

export function newShared(): Shared {
  return { isTelling: false, own: new WeakSet(), hasOwn: false, jobs: new WeakMap() };
}
