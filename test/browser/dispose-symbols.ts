/** Hosts without `using` have no symbols for it: programs whose `using` was lowered define them first, and so do the tests. */
for (const name of ['dispose', 'asyncDispose']) {
  if (name in Symbol) continue;
  Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
}
