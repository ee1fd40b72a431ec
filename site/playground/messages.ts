/** What the page, the frame and the worker tell each other. Times are in ms since the program began, by its own clock. */

/** How time goes: as it is, at a fifth, or from timer to timer without waiting. */
export type Pace = 'real' | 'slow' | 'virtual';

/** A specifier in the program, which becomes the address of a module. */
export interface Specifier {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface Program {
  readonly code: string;
  readonly specifiers: readonly Specifier[];
  readonly pace: Pace;
}

export type LineKind = 'log' | 'warn' | 'error' | 'value' | 'note';

export interface OutputLine {
  readonly kind: LineKind;
  readonly text: string;
  /** How many events were told before it: its place in the timeline. */
  readonly after: number;
  /** The line of the program: of a value that it promises, or of an error. */
  readonly line?: number;
  /** Whether a value is the one that the program promises. Undefined where there is no telling. */
  readonly holds?: boolean;
}

/** What happens to tasks and jobs; each has a number. */
export type TimelineEvent =
  | {
      readonly type: 'made';
      readonly id: number;
      readonly at: number;
      readonly name: string;
      readonly kind: 'task' | 'job';
      readonly by: number | undefined;
    }
  | { readonly type: 'named'; readonly id: number; readonly at: number; readonly name: string }
  | { readonly type: 'runs'; readonly id: number; readonly at: number; readonly to: number }
  | { readonly type: 'waits'; readonly id: number; readonly at: number; readonly on: string }
  | {
      readonly type: 'cancel';
      readonly id: number;
      readonly at: number;
      readonly by: number | undefined;
      readonly reason: string;
    }
  | {
      readonly type: 'ended';
      readonly id: number;
      readonly at: number;
      readonly how: Ending;
      readonly error: string;
    };

export type Ending = 'done' | 'failed' | 'cancelled';

export interface Batch {
  readonly type: 'batch';
  readonly now: number;
  readonly lines: readonly OutputLine[];
  readonly events: readonly TimelineEvent[];
  /** Lines that were left out, as there were too many. */
  readonly leftOut: number;
}

interface Over {
  readonly type: 'over';
  readonly now: number;
  readonly failed: boolean;
}

export type FromProgram = Batch | Over | { readonly type: 'ready' };
