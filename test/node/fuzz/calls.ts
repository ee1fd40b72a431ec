/** Calls, as fast-check draws them: a member, and hostile values at some places of its arguments. */
import fc from 'fast-check';
import { argumentsOf, isOptions } from './arguments.ts';
import {
  type AnyFunction,
  exported,
  isClass,
  type Member,
  membersOf,
  ownMembers,
  unexported,
} from './exports.ts';
import { instanceOf, receivers } from './receivers.ts';
import { throwingOptions, values } from './values.ts';
import type { World } from './world.ts';

type Style = 'async' | 'generator';

export interface Call {
  readonly member: Member;
  readonly style: Style;
  readonly isVirtual: boolean;
  readonly debug: boolean;
  readonly hits: readonly Hit[];
  /** No row of arguments at all: so many hostile values. */
  readonly bare: number | undefined;
}

/** Where a hostile value stands, and which. */
interface Hit {
  readonly place: number;
  readonly value: number;
  readonly within: 'itself' | 'a list' | 'throwing options';
}

/** All members, which are found by making an instance of each class. */
export async function allMembers(world: World): Promise<Member[]> {
  const members = ownMembers();
  for (const name of [...exported.keys(), ...unexported]) {
    const of = exported.get(name);
    if ((of !== undefined && !isClass(of)) || receivers[name] === undefined) continue;
    const [instance] = await instanceOf(name, world);
    members.push(...membersOf(name, of ?? (Object as never), instance));
  }
  return members;
}

const hit: fc.Arbitrary<Hit> = fc.record({
  place: fc.nat(999),
  value: fc.nat(values.length - 1),
  within: fc.constantFrom('itself', 'itself', 'itself', 'itself', 'a list', 'throwing options'),
});

/** Members that take arguments are called more often, those that start workers less. */
function weightOf({ name, kind }: Member): number {
  if (/^new (Thread|Process)|^Process/.test(name)) return 1;
  if (kind === 'set' || kind === 'get') return 1;
  return argumentsOf(name) === undefined ? 1 : kind === 'method' ? 4 : 10;
}

/** As many calls as `runs`: first one of each member, the rest as they come. */
export function callsOf(
  members: readonly Member[],
  { seed, runs }: { seed: number; runs: number },
): Call[] {
  const weighted = members.flatMap((each) => Array<Member>(weightOf(each)).fill(each));
  const drawn = drawCalls(weighted, { seed, runs });
  return drawn.map((call, at) => ({ ...call, member: members[at] ?? call.member }));
}

function drawCalls(
  members: readonly Member[],
  { seed, runs }: { seed: number; runs: number },
): Call[] {
  const call = fc.record({
    member: fc.constantFrom(...members),
    style: fc.constantFrom<Style>('async', 'generator'),
    isVirtual: fc.nat(7).map((n) => n > 0),
    debug: fc.nat(7).map((n) => n === 0),
    hits: fc.array(hit, { minLength: 1, maxLength: 3 }),
    bare: fc.nat(15).map((n) => (n < 3 ? n : undefined)),
  });
  return fc.sample(fc.noBias(call), { seed, numRuns: runs });
}

/** The arguments of a call, and a text that says what they are. */
export function drawArguments(call: Call, world: World): { args: unknown[]; text: string } {
  const row = call.bare === undefined ? argumentsOf(call.member.name) : undefined;
  const more = takesMore(call.member);
  const most = more === 0 ? 1 : (call.bare ?? 1);
  const args = row?.(world) ?? call.hits.slice(0, most).map(() => undefined);
  const notes: string[] = [];
  const places = placesIn(args, more);
  const options = args.map((each) => (isOptions(each) ? Object.keys(each) : undefined));
  for (const each of call.hits) {
    const place = places[each.place % places.length];
    if (place === undefined) break;
    const [name, made] = makeValue(each, world, options[place.at]);
    place.set(made);
    notes.push(`${place.name} = ${name}`);
  }
  for (const each of args) world.given.add(each);
  return { args, text: `${call.member.kind} ${call.member.name}: ${notes.join('; ')}` };
}

/** Makes the call. */
export function invoke(member: Member, receiver: object, args: unknown[]): unknown {
  const instance = receiver as Record<PropertyKey, unknown>;
  switch (member.kind) {
    case 'call':
      return member.of(...args);
    case 'new':
      return new member.of(...args);
    case 'static':
      return (member.of as unknown as Record<PropertyKey, AnyFunction>)[member.key]?.(...args);
    case 'get':
      return instance[member.key];
    case 'set':
      instance[member.key] = args[0];
      return undefined;
    case 'method':
      return (instance[member.key] as AnyFunction).apply(receiver, args);
  }
}

function makeValue(
  hit: Hit,
  world: World,
  names: readonly string[] | undefined,
): [string, unknown] {
  if (hit.within === 'throwing options' && names !== undefined) {
    const name = names[hit.value % Math.max(1, names.length)] ?? 'name';
    return [`a getter ${name} that throws`, throwingOptions(world, [name])];
  }
  const [name, make] = values[hit.value] as (typeof values)[number];
  const value = make(world);
  world.given.add(value);
  if (hit.within !== 'a list') return [name, value];
  const list = [value];
  world.given.add(list);
  return [`[${name}]`, list];
}

export interface Place {
  readonly name: string;
  readonly at: number;
  set(value: unknown): void;
}

/** The library itself gives one argument more to these. */
function takesMore({ name }: Member): number {
  return name === 'new Task' || name === 'new Future' ? 0 : 1;
}

/** Each argument, each option, each item of a list, and one argument more. */
export function placesIn(args: unknown[], more: number): Place[] {
  const places: Place[] = [];
  for (let at = 0; at < args.length + more; at++) {
    places.push(placeIn(args, at, `[${at}]`, at));
    const argument = args[at];
    if (!isOptions(argument) && !Array.isArray(argument)) continue;
    for (const key of Object.keys(argument)) {
      places.push(placeIn(argument as object, key, `[${at}].${key}`, -1));
    }
  }
  return places;
}

function placeIn(object: object, key: PropertyKey, name: string, at: number): Place {
  return {
    name,
    at,
    set: (value) => {
      (object as Record<PropertyKey, unknown>)[key] = value;
    },
  };
}
