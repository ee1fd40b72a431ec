/** Tells whether two values are equal in their parts. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (one instanceof Error || other instanceof Error) {
    return one instanceof Error && other instanceof Error && one.message === other.message;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (one instanceof Map && other instanceof Map) return isEqual([...one], [...other]);
  if (one instanceof Set && other instanceof Set) return isEqual([...one], [...other]);
  const names = (value: object) =>
    Object.keys(value).filter((key) => value[key as never] !== undefined);
  const keys = names(one);
  return (
    keys.length === names(other).length &&
    keys.every((key) => isEqual(one[key as never], other[key as never]))
  );
}
