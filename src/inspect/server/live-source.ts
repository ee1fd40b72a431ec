/** A program that a page looks at while it runs: this one, or another that a command is attached to. */
export interface LiveSource {
  /** Tells what became of the program that could not be asked any more, for the error of that. */
  fateOf(error: unknown): Promise<Fate>;
  /** Resolves when the program cannot be asked any more: a page that is to be told later is told at once. Undefined for this program. */
  readonly ended: Promise<void> | undefined;
  /** Begins to tell a page. */
  follow(): Promise<Followed>;
  /** Asks a task to stop. Undefined: the page may not. */
  readonly cancel: ((task: number, reason: string) => Promise<CancelOutcome>) | undefined;
}

/** Why a page hears no more. */
export interface Fate {
  /**
   * `ended`: the program has. `lost`: it goes on, but does not respond, or is not connected any more. `refused`: it responded that it cannot be
   * looked at.
   */
  readonly kind: 'ended' | 'lost' | 'refused';
  /** A sentence for the user. */
  readonly text: string;
}

interface Followed {
  /** Returns the JSON of `Changes`. Rejects when the program cannot be asked any more. */
  take(): Promise<string>;
  end(): void;
}

/** `asked`: it will get a CancelledError. `done`: there is no such task any more, or it did not take the request. */
export type CancelOutcome = 'asked' | 'done';
