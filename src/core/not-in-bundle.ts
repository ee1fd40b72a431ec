/**
 * The error for a part that only a bundle has which imports `names` from `entry`: see seams.ts.
 *
 * @param names - What to write between `import` and the entry.
 */
export function notInBundle(what: string, names: string, entry: string): Error {
  return new Error(`This bundle has no ${what}. Write \`import ${names}'${entry}';\`.`);
}
