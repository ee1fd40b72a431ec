/**
 * The `traceparent` of W3C Trace Context, as it travels with a job: a pair in the list of names and values that goes along. It says to which
 * span the spans of the job belong. It is there only if an instrument has set it.
 */
type Pairs = readonly unknown[];

const name = 'skein.traceparent';

/** Version 00: no other is defined. */
const form = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const zeros = /^00-0{32}|^00-.{32}-0{16}/;

/** Anyone may have written it. Returns undefined for what is none. */
export function checkedTraceparent(value: unknown): string | undefined {
  return typeof value === 'string' && form.test(value) && !zeros.test(value) ? value : undefined;
}

export function traceparentIn(pairs: Pairs = []): string | undefined {
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] === name) return checkedTraceparent(pairs[at + 1]);
  }
  return undefined;
}

/** Returns the list with this `traceparent`, in the place of another. */
export function withTraceparent(pairs: Pairs = [], traceparent?: string): Pairs {
  const others = pairs.filter((_, at) => pairs[at - (at % 2)] !== name);
  return traceparent === undefined ? others : [...others, name, traceparent];
}
