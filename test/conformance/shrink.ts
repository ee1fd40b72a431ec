/** Makes programs shorter, without knowing what their statements mean. */
import type { Body, Program } from './program.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const slotName = /^[tf]\d+$/;

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Whether any part can be left out: bodies, children of groups, items, slots to wait for; not operands. */
function isList(value: readonly Json[]): boolean {
  return (
    value.every((part) => typeof part === 'object' && part !== null) ||
    value.every((part) => slotName.test(String(part)))
  );
}

function isBody(value: Json): value is readonly Json[] {
  return isArray(value) && isList(value) && value.every((part) => isArray(part) && !isChild(part));
}

/** `[slot, body]` */
function isChild(value: readonly Json[]): boolean {
  return slotName.test(String(value[0]));
}

/** All statements right below `value`, which is a statement or a part of one. */
function statementsBelow(value: Json): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isBody(value)) return [...value];
  return Object.values(value).flatMap(statementsBelow);
}

function* without(list: readonly Json[]): Generator<Json> {
  for (let size = list.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < list.length; start += size) {
      yield list.filter((_, i) => i < start || i >= start + size);
    }
  }
}

/** Statements that hold others, replaced by those. */
function* unwrapped(body: readonly Json[]): Generator<Json> {
  for (const [i, statement] of body.entries()) {
    const inside = isArray(statement) ? statement.slice(1).flatMap(statementsBelow) : [];
    if (inside.length > 0) yield [...body.slice(0, i), ...inside, ...body.slice(i + 1)];
  }
}

/** Everything that is a little smaller than `value`, the smallest first. */
function* smaller(value: Json): Generator<Json> {
  if (typeof value === 'number') {
    if (value > 0) yield 0;
    if (value > 1) yield 1;
  } else if (isArray(value)) {
    if (isList(value)) yield* without(value);
    if (isBody(value)) yield* unwrapped(value);
    for (const [i, part] of value.entries()) {
      for (const replacement of smaller(part)) yield value.with(i, replacement);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const replacement of smaller(part)) yield { ...value, [key]: replacement };
    }
  }
}

/**
 * Returns the shortest program it can find that `fails` too.
 *
 * @param attempts - How often `fails` is asked at most.
 */
export async function shrink(
  program: Program,
  fails: (candidate: Program) => Promise<boolean>,
  attempts = 5000,
): Promise<Program> {
  let best = program;
  let left = attempts;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const main of smaller(best.main as unknown as Json)) {
      const candidate = { ...best, main: main as unknown as Body };
      if (left-- <= 0) break;
      if (!(await fails(candidate))) continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}

/** A program as JSON, a statement a line. */
export function printed(program: Program): string {
  return `{"seed":${program.seed},"main":${text(program.main as unknown as Json, '')}}`;
}

function text(value: Json, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!isArray(value)) {
    return `{${Object.entries(value).map(([key, part]) => `"${key}":${text(part, indent)}`)}}`;
  }
  const deeper = `${indent}  `;
  if (value.length === 0 || !isBody(value)) return `[${value.map((part) => text(part, indent))}]`;
  return `[\n${value.map((part) => deeper + text(part, deeper)).join(',\n')}\n${indent}]`;
}
