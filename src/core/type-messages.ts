/**
 * Types of parameters that say what to write. For an argument that does not fit, such a type becomes a text, which the
 * compiler shows: `Argument of type 'Promise<number>' is not assignable to parameter of type '"A promise cannot …"'`. The
 * errors of structural types would fill a screen.
 *
 * The text is chosen by *parts* of the argument, which are inferred into type parameters of their own:
 *
 * - `Yielded`: what it yields;
 * - `Way`: the method by which it is awaited, `then` or `[Symbol.iterator]`;
 * - `Given`: the first parameter of a function;
 * - `Other`: the argument, or those elements of a list that have no such part;
 * - `Whole`: in the place of a list, the argument if it has no elements. Older compilers infer the list itself, too.
 *
 * A part that an argument does not have stays `Missing`. The whole argument decides nothing as long as it has a part: a
 * conditional type of a type parameter stays unresolved, so that a generic function like
 * `<C extends Coroutine<number>>(c: C) => createTask(c)` would be refused. For a part, the compiler looks at the constraint.
 */
import type { Awaitable, Body, Suspension, suspended } from './coroutine.ts';
import type { TaskSource } from './run-body.ts';

declare const missing: unique symbol;

/** Stands for a part that an argument does not have. */
export interface Missing {
  readonly [missing]: true;
}

/** A place where parts of an argument are inferred. After that it is `never`: no argument has to be of that type. */
export type PartsOf<T, Part> = Part extends never ? T : never;

export type Yields<Yielded> = Generator<Yielded, unknown, unknown>;
export type Iterates<Yielded> = { [Symbol.iterator](): Iterator<Yielded, unknown, unknown> };
export type HasWay<Way> = { readonly then: Way } | { readonly [Symbol.iterator]: Way };

type IsFunction<T> = [T] extends [(...args: never) => unknown] ? true : false;

type NoStar = '`yield` alone awaits nothing. Write `yield* …` in the coroutine, with the star.';
type ReturnsNothing =
  'The function returns nothing that can be awaited. Write an `async` function, or a generator function: `function* () { … }`.';
/** What is said of a function that is called, or of something else. */
export type NotCalled<Other, Text extends string> =
  IsFunction<Other> extends true ? ReturnsNothing : Text;
type WithArguments<Example extends string> =
  `The function expects an argument that it does not get. Write \`${Example}\`.`;

/** `Fitting` if it yields what coroutines yield, or has another way to be awaited; else a text. */
export type Checked<Yielded, Way, Other, Fitting, NotFitting> = [Yielded] extends [Missing]
  ? [Way] extends [Missing]
    ? // A function that only throws fits, and a coroutine that yields nothing.
      [Other] extends [((...args: never) => never) | Generator<never, unknown, never>]
      ? Fitting
      : NotFitting
    : Fitting
  : [Yielded] extends [Suspension]
    ? Fitting
    : NoStar;

/** `Fitting` if the function can be called with `Argument`, or without one; else a text. */
export type Callable<Argument, Given, Fitting, Example extends string> = [Given] extends [Missing]
  ? Fitting
  : [Argument] extends [Given]
    ? Fitting
    : [undefined] extends [Given]
      ? Fitting
      : WithArguments<Example>;

// ── Sources of tasks ──────────────────────────────────────────────────────────────────────────────────────────────────

type NotSource<Other> = [Other] extends [{ getLoop(): unknown }]
  ? 'A future is under way already. Await it, or write `ensureFuture(future)`.'
  : [Other] extends [PromiseLike<unknown>]
    ? 'A promise cannot be cancelled. Give the async function itself: `createTask(work)` or `createTask(() => work(…))`.'
    : IsFunction<Other> extends true
      ? ReturnsNothing
      : '`createTask()` expected a coroutine or a function. Write `createTask(work())` or `createTask(work)`.';

/** What `createTask()` takes, with its parts. */
export type SourceOf<T, Yielded, Given, Way, Other> =
  | Checked<
      Yielded,
      Way,
      Other,
      Callable<AbortSignal, Given, TaskSource<T>, 'createTask(() => work(…))'>,
      NotSource<Other>
    >
  | PartsOf<
      | Yields<Yielded>
      | ((given: Given) => Yields<Yielded>)
      | ((given: Given) => HasWay<Way>)
      | Other,
      Yielded
    >;

// ── Bodies and times ──────────────────────────────────────────────────────────────────────────────────────────────────

type NotBody<Example extends string, Other> =
  IsFunction<Other> extends true ? ReturnsNothing : `A body is a function. Write \`${Example}\`.`;

/** A body that is given `Scope`, with its parts. `Example` is what the text shows. */
export type BodyOf<Example extends string, Scope, T, Yielded, Given, Way, Other> =
  | Checked<
      Yielded,
      Way,
      Other,
      Callable<Scope, Given, Body<[scope: Scope], T>, Example>,
      NotBody<Example, Other>
    >
  | PartsOf<((given: Given) => Yields<Yielded>) | ((given: Given) => HasWay<Way>) | Other, Yielded>;

/** A time in ms that comes first. `Call` and `Way` are parts of what was given in its place: a function, a coroutine. */
export type TimeFirst<Example extends string, Call, Way> =
  | ([Call] extends [Missing]
      ? [Way] extends [Missing]
        ? number | null | undefined
        : `The time in ms comes first. Write \`${Example}\`.`
      : `The time in ms comes first. Write \`${Example}\`.`)
  | PartsOf<((...args: never) => Call) | HasWay<Way>, Call>;

// ── What can be awaited ───────────────────────────────────────────────────────────────────────────────────────────────

type NotAwaitable<Name extends string, Other> =
  IsFunction<Other> extends true
    ? `\`${Name}()\` expected what the function returns. Call it: \`work()\`.`
    : [Name, Other] extends ['waitFor', number]
      ? 'The time in ms comes second. Write `waitFor(work(), 1000)`.'
      : `\`${Name}()\` expected a coroutine, a future or a promise, as \`work()\` returns.`;

type NotList<Name extends string, List, Fitting> = [List] extends [Missing]
  ? Fitting
  : `\`${Name}()\` expected one awaitable, but got a list. Write \`gather([a, b])\` in its place.`;

/** Arrays, sets and maps have one of these, and nothing that can be awaited has. */
type HasElements<List> = { readonly join: List } | { readonly size: List };

/** Something to await, with its parts. `List` is there if it is a list. */
export type AwaitableOf<Name extends string, T, Yielded, Way, List, Other> =
  | NotList<Name, List, Checked<Yielded, Way, Other, Awaitable<T>, NotAwaitable<Name, Other>>>
  | PartsOf<Yields<Yielded> | Iterates<Yielded> | HasWay<Way> | Other, Yielded>
  | PartsOf<HasElements<List>, Yielded>;

// ── The main of a program ─────────────────────────────────────────────────────────────────────────────────────────────

type NotMain<Other> =
  IsFunction<Other> extends true
    ? ReturnsNothing
    : '`run()` expected a function or a coroutine. Write `run(main)`.';

/** The main of a program: a generator function, an async function, or something that can be awaited. */
export type Main<T> = Body<[], T> | Awaitable<T>;

type NotPromise<Yielded, Tag, Fitting> = [string] extends [Tag]
  ? // Futures and coroutines of the library have that tag too.
    [Missing] extends [Yielded]
    ? '`run()` expected a function, but got a promise. Write `run(main)`, not `run(main())`.'
    : Fitting
  : Fitting;

/** What `run()` takes, with its parts. `Tag` is any text for a promise of the host; that of another kind of promise is its own. */
export type MainOf<T, Yielded, Given, Way, Tag, List, Other> =
  | NotList<
      'run',
      List,
      Checked<
        Yielded,
        Way,
        Other,
        NotPromise<Yielded, Tag, Callable<undefined, Given, Main<T>, 'run(() => main(…))'>>,
        NotMain<Other>
      >
    >
  | PartsOf<
      | Yields<Yielded>
      | Iterates<Yielded>
      | HasWay<Way>
      | ((given: Given) => Yields<Yielded>)
      | ((given: Given) => HasWay<Way>)
      | { readonly [Symbol.toStringTag]: Tag }
      | Other,
      Yielded
    >
  | PartsOf<HasElements<List>, Yielded>;

// ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type ListFirst<Name extends string> =
  `\`${Name}()\` expected one list. Write \`${Name}([a, b])\`, with the brackets.`;

/**
 * `List` if all is well. `Elements` are those of the list, and `Missing` until they are known; `Iterator` is the method of the list, and `Suspended` is there if
 * the argument is no list, but one coroutine or future.
 */
export type CheckedList<
  Name extends string,
  List,
  Elements,
  Iterator,
  Suspended,
  Whole,
  Other,
  Checked,
  Not,
> = [Iterator] extends [Missing]
  ? [Whole] extends [never]
    ? List
    : ListFirst<Name>
  : { type: Elements } extends { type: Missing }
    ? List
    : [Suspended] extends [true]
      ? ListFirst<Name>
      : // A generator among the elements is left out of `Other`.
        { type: Elements } extends { type: Other | Generator<unknown, unknown, never> }
        ? Checked
        : Not;

export type ListParts<Elements, Iterator, Suspended, Whole> =
  | PartsOf<Iterable<Elements>, Iterator>
  | PartsOf<{ readonly [Symbol.iterator]: Iterator } | Whole, Iterator>
  | PartsOf<Iterable<{ readonly [suspended]: Suspended }>, Iterator>;

type NotElement<Name extends string, Other> =
  IsFunction<Other> extends true
    ? `\`${Name}()\` expected what the functions return. Call them: \`${Name}([work(), …])\`.`
    : `\`${Name}()\` expected coroutines, futures and promises, but one of the list is something else.`;

/** A list of awaitables, with its parts and those of its elements. */
export type AwaitablesOf<
  Name extends string,
  List,
  Elements,
  Iterator,
  Suspended,
  Yielded,
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
      Checked<Yielded, Way, Other, List, NotElement<Name, Other>>,
      NotElement<Name, Other>
    >
  | ListParts<Elements, Iterator, Suspended, Whole>
  | PartsOf<Iterable<Yields<Yielded> | Iterates<Yielded> | HasWay<Way> | Other>, Iterator>;

type NotFuture<Other> =
  IsFunction<Other> extends true
    ? '`wait()` expected futures or tasks. Write `wait([createTask(work), …])`.'
    : '`wait()` expected futures or tasks. Write `wait([createTask(work()), …])`.';

/** A list of futures, with its parts. `Loop` is there if its elements belong to a loop, as futures do. */
export type FuturesOf<List, Elements, Iterator, Suspended, Loop, Whole, Other> =
  | CheckedList<
      'wait',
      List,
      Elements,
      Iterator,
      Suspended,
      Whole,
      Other,
      [Loop] extends [Missing] ? NotFuture<Other> : List,
      NotFuture<Other>
    >
  | ListParts<Elements, Iterator, Suspended, Whole>
  | PartsOf<Iterable<{ getLoop(): Loop } | Other>, Iterator>;

type NotCandidate<Other> = NotCalled<
  Other,
  '`staggeredRace()` expected functions, which it calls. Write `staggeredRace([() => work(), …], 100)`.'
>;

/** A list of functions that `staggeredRace()` calls, with its parts and those of what they return. */
export type CandidatesOf<List, Elements, Iterator, Suspended, Yielded, Way, Whole, Other> =
  | CheckedList<
      'staggeredRace',
      List,
      Elements,
      Iterator,
      Suspended,
      Whole,
      Other,
      Checked<Yielded, Way, Other, List, NotCandidate<Other>>,
      NotCandidate<Other>
    >
  | ListParts<Elements, Iterator, Suspended, Whole>
  | PartsOf<Iterable<(() => Yields<Yielded>) | (() => HasWay<Way>) | Other>, Iterator>;

// ── Functions that run elsewhere ──────────────────────────────────────────────────────────────────────────────────────

/** What `Call` may be: `Missing`, or the method `apply()` of a function. It is wider than `Missing`, as `FunctionOf` needs it. */
export type CallPart =
  | { readonly [missing]?: true }
  | { (...args: never): unknown; readonly [missing]?: true };

/** `Missing` extends it, but `CallPart` does not. */
interface LikeMissing {
  readonly [missing]: unknown;
}

/** The method by which generators are iterated extends it, but `CallPart` does not, nor it that. */
interface LikeIteratorOfGenerator {
  (): Generator<unknown, unknown, never>;
  readonly [missing]?: unknown;
}

/** `never`, but only when `Part` is known. */
export type Nothing<Part> = [Part] extends [never] ? never : never;

/**
 * `Fitting`, a plain function type, for a function; else a text. Its parts are `Call` and `Other`. A function whose parameters
 * the compiler does not know yet has no `Other`. `Known` takes the place of `Fitting` for one that is a function.
 *
 * While the compiler infers, it must see nothing but `Fitting`: else it loses the result of a generic function like
 * `<T>(items: T[]) => T[]`, and refuses a class that overrides a method with `Fitting`. What it sees is the constraint: of the
 * first type that for `CallPart`, as the type distributes over `Call`; of the second one `never`.
 */
export type FunctionOf<Example extends string, Call, Other, Fitting, Known = Fitting> =
  | (Call extends LikeMissing
      ? [Other] extends [Missing]
        ? Fitting
        : `A function was expected, and behind it its arguments. Write \`${Example}\`.`
      : Known)
  | (({ readonly apply: Call } | Other) & Nothing<Call>);

/** `Fitting` for a function that returns something to iterate; else a text. Its parts are `Way` and `Result`. */
export type ReturnsItems<Way, Result, Fitting> = Way extends LikeMissing
  ? // It is not known yet, or `any`, or the function only throws.
    [Awaited<Result>] extends [Missing]
    ? Fitting
    : 'The function returns nothing that can be iterated. Write a generator function: `function* () { yield …; }`.'
  : Fitting;

/**
 * `Fitting` for a function of which the result has `Way`, the method by which it is awaited; else a text. Its parts are those of
 * `WorkParts`. Like `FunctionOf` it shows the compiler nothing but `Fitting` while it infers.
 *
 * Of a function that returns a function it is a part of the parameter: the type of what the given function returns. If the
 * parameter itself were a conditional type, the type parameters of a generic function would be lost. So the compiler
 * says in a second line of some functions that what they return is not that text.
 */
export type WorkOf<Way, Other, Fitting, Not> = Way extends LikeMissing
  ? // It is not known yet, or the function only throws.
    [Other] extends [Missing | ((...args: never) => never)]
    ? Fitting
    : Not
  : Way extends LikeIteratorOfGenerator
    ? Way extends () => Generator<Suspension, unknown, never>
      ? Fitting
      : NoStar
    : Fitting;

export type WorkParts<Way, Other, Result = HasWay<Way>> = (((...args: never) => Result) | Other) &
  Nothing<Way>;

/** Where `Way`, the method by which something is iterated, is inferred. */
export type HasIterator<Way> =
  | { readonly [Symbol.iterator]: Way }
  | { readonly [Symbol.asyncIterator]: Way };

export type ResultParts<Way, Result> =
  | (((...args: never) => HasIterator<Way> | PromiseLike<HasIterator<Way>>) & Nothing<Way>)
  | (((...args: never) => Result) & Nothing<Way>);
