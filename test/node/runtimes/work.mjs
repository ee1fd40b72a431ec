/** What the scenarios of executors send by reference: by the path of the library, as Deno does not know a package by name. */
import { declareFunctions, registerError } from '../../../dist/node/executors.js';

export class ParseError extends SyntaxError {}
registerError(ParseError);

export const { add, fail, whatIsHeld } = declareFunctions(import.meta.url, {
  add: (a, b) => a + b,
  fail: () => {
    throw Object.assign(new ParseError('no number', { cause: 'a typo' }), { place: 3 });
  },
  whatIsHeld: () => globalThis.held,
});
