/** True when both types are the same, `any` and `unknown` told apart. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `expectType<string>()(value)` compiles only if the type of `value` is `string` exactly. */
export function expectType<Expected>(): <Actual>(
  value: Actual,
  ...mismatch: Same<Actual, Expected> extends true ? [] : [expected: Expected]
) => void {
  return () => {};
}
