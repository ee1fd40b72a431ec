/** Which targets of a compiler lower `await`: replace it, and with it what the transform looks for. */

/** The first versions that have async functions and async generators, by the names that bundlers give to engines. */
const firstVersions: Readonly<Record<string, number>> = {
  chrome: 63,
  deno: 1,
  edge: 79,
  firefox: 57,
  ios: 12,
  node: 10,
  opera: 50,
  safari: 12,
};

/** Engines that have no async generators, whatever their version. */
const never = ['ie', 'rhino'];

/** Returns the first of the targets that lowers `await`, if one does. */
export function loweringTarget(targets: unknown): string | undefined {
  const list: unknown[] = Array.isArray(targets) ? targets : [targets];
  return list
    .flatMap((each) => (typeof each === 'string' ? each.split(',') : []))
    .map((each) => each.trim())
    .find((each) => lowers(each.toLowerCase()));
}

function lowers(target: string): boolean {
  const [, name = '', version = ''] = /^([a-z]+)([\d.]*)/.exec(target) ?? [];
  if (name === 'es') {
    const edition = Number(version);
    return edition < 9 || (edition >= 2015 && edition < 2018);
  }
  if (never.includes(name)) return true;
  const first = firstVersions[name];
  return first !== undefined && Number.parseInt(version, 10) < first;
}

/**
 * Refuses a target that lowers `await`.
 *
 * @param option - The option, as users write it: "build.target".
 * @throws Error, which says what to write instead.
 */
export function refuseLowering(option: string, targets: unknown): void {
  const target = loweringTarget(targets);
  if (target === undefined) return;
  throw new Error(
    `\`skein/transform\` expected \`${option}\` to keep \`await\`, but got '${target}', for which it is lowered. Write 'es2018' or later.`,
  );
}
