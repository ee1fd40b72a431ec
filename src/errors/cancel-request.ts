/** A scope that asks tasks to stop, and names itself. */
export interface Requester {
  /** @internal Names it in a sentence: "`timeout()` of 5 ms". */
  _title(): string;
}

const brand = Symbol.for('skein.CancelRequest');

/**
 * A request to cancel, with what made it. It is passed on in the place of the plain reason, from a task to the futures that it
 * waits for. So the scope that made the request knows the CancelledError that comes of it.
 */
export class CancelRequest {
  readonly reason: unknown;
  /** The name of a task, or the number of one without a name; or a scope. */
  readonly by: string | number | Requester;
  /** The place of the call, in debug mode. */
  readonly place: string | undefined;

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  constructor(reason: unknown, by: string | number | Requester, place?: string) {
    this.reason = reason;
    this.by = by;
    this.place = place;
  }

  /** Names what made the request. */
  get source(): string {
    const { by, place } = this;
    const name =
      typeof by === 'object' ? by._title() : `task '${typeof by === 'number' ? `Task-${by}` : by}'`;
    return place === undefined ? name : `${name}, at ${place}`;
  }
}

/** Tells whether a reason is a request of this copy of the package, or of another one. */
export function isRequest(reason: unknown): reason is CancelRequest {
  try {
    return typeof reason === 'object' && reason !== null && brand in reason;
  } catch {
    // A proxy that throws when asked.
    return false;
  }
}

/** Returns the reason that the program gave. */
export function plainReason(reason: unknown): unknown {
  return isRequest(reason) ? reason.reason : reason;
}
