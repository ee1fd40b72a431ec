/**
 * Types of the parameters of `map()`, which become a text for an argument that does not fit: see `core/type-messages.ts`.
 *
 * An input has two parts. `Item` is what it yields, and `Way` is the method by which it is iterated. `Given` is what the
 * function wants there. `Given` is inferred from the inputs too, for functions that do not say what they want.
 */
import type { ItemsFor } from '../core/item-messages.ts';
import type { HasIterator, Missing, Nothing, PartsOf } from '../core/type-messages.ts';
import type { Source } from './map-inputs.ts';
import type { MapOptions } from './map-options.ts';

type At = 'first' | 'second' | 'third';

/** An input, of which its items are known. */
type InputAt<Place extends At, Given, Item> = ItemsFor<
  Given,
  Item,
  Source<Given>,
  `The items of these inputs do not fit the ${Place} parameter of the function.`
>;

/** Options, of which `map()` knows all. */
export type KnownOptions<Options> = [Exclude<keyof Options, keyof MapOptions>] extends [never]
  ? NoInfer<Options>
  : `\`map()\` has no option \`${Exclude<keyof Options, keyof MapOptions> & string}\`.`;

type Lacks<Place extends At> =
  `The function has a ${Place} parameter. Give \`map()\` inputs for it: \`map(work, [1, 2], [3, 4])\`.`;

/**
 * `Fitting` if there are inputs for each parameter that the function has to have. `Ways` are those of the second and third
 * inputs. An argument of type `any` or `never` is no input that the compiler sees, but options of that type.
 */
type ForEach<Params, Ways extends [second: unknown, third: unknown], Options, Fitting> = [
  Options,
] extends [string]
  ? Fitting
  : Params extends [unknown, unknown, ...unknown[]]
    ? [Ways[0]] extends [Missing]
      ? Lacks<'second'>
      : Params extends [unknown, unknown, unknown, ...unknown[]]
        ? [Ways[1]] extends [Missing]
          ? Lacks<'third'>
          : Fitting
        : Fitting
    : Fitting;

/** The first inputs. */
export type FirstInput<
  Given,
  Item,
  Params,
  Ways extends [second: unknown, third: unknown],
  Options,
> = ForEach<Params, Ways, Options, InputAt<'first', Given, Item>>;

/** The second or third inputs, or the options. */
export type InputOrOptions<Place extends At, Given, Item, Way, Options> = [Way] extends [Missing]
  ? KnownOptions<Options>
  : InputAt<Place, Given, Item>;

export type InputParts<Item, Way, Options> =
  | PartsOf<Source<Item> | Options, Item>
  | PartsOf<HasIterator<Way>, Way>;

/** The options, for the type of the results. Nothing is known of options of type `any` or `never`. */
export type OptionsIn<Options> = [Options] extends [string] ? MapOptions : Options;

/** The parameters of the function, as a list. */
export type ParametersPart<Params extends unknown[]> = ((...args: Params) => unknown) &
  Nothing<Params>;
