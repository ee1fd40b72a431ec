import { describe } from './describe.ts';

type Method<T, R> = ((given: never) => IteratorResult<T, R>) | undefined;

/**
 * Returns an iterator that takes its steps from `iterator`, and refuses those that are no objects: the host would say so without
 * a name. In a bundle with short texts the host does. The name is that of the error for what has no iterator.
 */
export function checkedSteps<T, R>(
  iterator: Iterator<T, R, unknown>,
  refusal: () => Error,
): Iterator<T, R, unknown> {
  const checked = (method: Method<T, R>): never =>
    (method &&
      ((given: unknown) => {
        const step = Reflect.apply(method, iterator, [given]);
        if (Object(step) === step) return step;
        const [name] = refusal().message.split(' expected');
        throw new TypeError(
          `${name} expected \`next()\` to return an object, but got ${describe(step)}. Return \`{ done, value }\`.`,
        );
      })) as never;
  return {
    next: checked(iterator.next),
    // The host looks at these when it needs them.
    get throw() {
      return checked(iterator.throw);
    },
    get return() {
      const close = iterator.return;
      return (close && ((value: R) => Reflect.apply(close, iterator, [value]))) as never;
    },
  };
}
