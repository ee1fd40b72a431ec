/** A program that a page looks at while it runs: this one, or another that a command is attached to. */
export interface LiveSource {
  /** Begins to tell a page. */
  follow(): Promise<Followed>;
  /** Asks a task to stop. Undefined: the page may not. */
  readonly cancel: ((task: number, reason: string) => Promise<CancelOutcome>) | undefined;
}

interface Followed {
  /** Returns the JSON of `Changes`. Rejects when the program cannot be asked any more. */
  take(): Promise<string>;
  end(): void;
}

/** `asked`: it will get a CancelledError. `done`: there is no such task any more, or it did not take the request. */
export type CancelOutcome = 'asked' | 'done';
