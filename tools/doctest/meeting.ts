/** Where the module of an example finds, on the global object, what `run.ts` has put there for it. */
export const meeting = 'skein:doctest';
