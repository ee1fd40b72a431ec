/**
 * The parameters of `all()`, `race()`, `any()` and `allSettled()`, as `core/type-messages.ts` has those of others: for an argument that does
 * not fit, the type of the parameter is a text that says what to write.
 *
 * Functions among the inputs may have parameters, `async (signal) => …`. The compiler takes their types from the parameter, so what fits
 * is written as `… | Startable<unknown>`: with the type parameter alone it would know the other inputs only.
 */
import type { suspended } from '../core/coroutine.ts';
import type {
  Callable,
  Checked,
  CheckedList,
  HasWay,
  Iterates,
  ListFirst,
  ListParts,
  Missing,
  NotCalled,
  PartsOf,
  Yields,
} from '../core/type-messages.ts';
import type { Startable } from './startable.ts';

/** Anything. As a constraint it tells the types of parameters of functions, and an input that does not fit gets a text all the same. */
export type AnyInput =
  | Startable<unknown>
  | object
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined;

/** A list or a record of anything. */
export type AnyInputs = readonly AnyInput[] | { readonly [name: string]: AnyInput } | object;

type NotStartable<Name extends string, Other> = NotCalled<
  Other,
  `\`${Name}()\` expected coroutines, functions, futures and promises, but one of them is something else.`
>;

/** An input, with its parts. */
type InputParts<Yielded, Given, Way, Other> =
  | Yields<Yielded>
  | Iterates<Yielded>
  | HasWay<Way>
  | ((given: Given) => Yields<Yielded>)
  | ((given: Given) => HasWay<Way>)
  | Other;

type CheckedInputs<Name extends string, Fitting, Yielded, Given, Way, Other> = Checked<
  Yielded,
  Way,
  Other,
  Callable<AbortSignal, Given, Fitting, `${Name}([() => work(…)])`>,
  NotStartable<Name, Other>
>;

/** A list of inputs, with its parts and those of its elements. */
export type StartablesOf<
  Name extends string,
  List,
  Elements,
  Iterator,
  Suspended,
  Yielded,
  Given,
  Way,
  Whole,
  Other,
> =
  | CheckedList<
      Name,
      List,
      Elements,
      Iterator,
      Suspended,
      Whole,
      Other,
      CheckedInputs<Name, List, Yielded, Given, Way, Other>,
      NotStartable<Name, Other>
    >
  | ListParts<Elements, Iterator, Suspended, Whole>
  | PartsOf<Iterable<InputParts<Yielded, Given, Way, Other>>, Iterator>;

/** A list that `race()` and `any()` take. */
export type IterableOf<Input> = Iterable<Input | Startable<unknown>>;

/** `Given` if it is a record. A function or a number has `Call`, and a promise has `Then`. `Values` is there if there are some. */
type CheckedRecord<Name extends string, Given, Values, Call, Then, Other, Checked> = [
  Call,
  Then,
] extends [Missing, Missing]
  ? { type: Values } extends { type: Missing }
    ? Given
    : { type: Values } extends { type: Other | Generator<unknown, unknown, never> }
      ? Checked
      : NotStartable<Name, Other>
  : ListFirst<Name>;

type RecordOf<Inputs> = Inputs | { readonly [name: string]: Startable<unknown> };
type ListOf<Inputs, Elements, Length> = [Length] extends [Missing]
  ? IterableOf<Elements>
  : Inputs | readonly Startable<unknown>[];

/**
 * A list or a record of inputs, with its parts and those of what it has. A record has `Names`, and its parts are those whose names
 * begin with `R`: a list has properties too.
 */
export type NamedStartablesOf<
  Name extends string,
  Inputs,
  Elements,
  Length,
  Iterator,
  Suspended,
  Yielded,
  Given,
  Way,
  Other,
  Names extends PropertyKey,
  Values,
  Call,
  Then,
  RYielded,
  RGiven,
  RWay,
  ROther,
> =
  | ([Iterator] extends [Missing]
      ? CheckedRecord<
          Name,
          RecordOf<Inputs>,
          Values,
          Call,
          Then,
          ROther,
          CheckedInputs<Name, RecordOf<Inputs>, RYielded, RGiven, RWay, ROther>
        >
      : StartablesOf<
          Name,
          ListOf<Inputs, Elements, Length>,
          Elements,
          Iterator,
          Suspended,
          Yielded,
          Given,
          Way,
          never,
          Other
        >)
  | PartsOf<Iterable<Elements>, Iterator>
  | PartsOf<{ readonly [Symbol.iterator]: Iterator }, Iterator>
  | PartsOf<Iterable<{ readonly [suspended]: Suspended }>, Iterator>
  | PartsOf<Iterable<InputParts<Yielded, Given, Way, Other>>, Iterator>
  | PartsOf<
      { readonly apply: Call } | { readonly toFixed: Call } | { readonly then: Then },
      Iterator
    >
  | PartsOf<{ readonly [Key in Names]: Values }, Iterator>
  | PartsOf<{ readonly [Key in Names]: InputParts<RYielded, RGiven, RWay, ROther> }, Iterator>
  | (Length extends never ? { readonly length: Length } | Inputs : never);

/** The results of a list or a record: `Whole` for a tuple or a record, a list of `Each` for another iterable. */
export type NamedResults<Length, Iterator, Whole, Each> = [Iterator] extends [Missing]
  ? Whole
  : [Length] extends [Missing]
    ? Each[]
    : Whole;
