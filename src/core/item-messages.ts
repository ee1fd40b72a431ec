/** Tells whether items fit the function that is to be called with each of them: for `map()` of executors and `mapConcurrent()`. */
import type { Missing } from './type-messages.ts';

/** The keys that an object of type `T` has to have. */
type RequiredKeys<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? never : Key }[keyof T];

/**
 * The types of `Given` for which an item may be meant. The items of a list that is written in the call are wider than they will
 * be, as with `string` for `'a' | 'b'`: what they are in the end is checked by the compiler itself.
 */
type MeantBy<Item, Given> = Given extends unknown
  ? Item extends object
    ? Given extends object
      ? Item extends readonly unknown[]
        ? Given
        : [Exclude<RequiredKeys<Given>, keyof Item>] extends [never]
          ? Given
          : never
      : never
    : Given extends Item
      ? Given
      : never
  : never;

/** The items that the function does not want. */
type Unwanted<Item, Given> = Item extends unknown
  ? [unknown] extends [Item]
    ? Item
    : [Item] extends [Given]
      ? never
      : [MeantBy<Item, Given>] extends [never]
        ? Item
        : never
  : never;

/** `Fitting` if the items fit what the function wants, `Given`, or may be meant for it; else `Not`. */
export type ItemsFor<Given, Item, Fitting, Not> = { type: Item } extends { type: Given }
  ? Fitting
  : [Item] extends [Missing]
    ? Fitting
    : [Unwanted<Item, Given>] extends [never]
      ? Fitting
      : Not;
