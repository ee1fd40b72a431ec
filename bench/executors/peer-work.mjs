/** The same functions as piscina and tinypool want them: with one argument, by their names. */
import * as work from './work.mjs';

export const add = ([a, b]) => work.add(a, b);
export const fibonacci = ([n]) => work.fibonacci(n);
export const hold = ([ms]) => work.hold(ms);
