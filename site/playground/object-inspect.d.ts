/** What the playground uses of object-inspect, which has no types of its own. */
declare module 'object-inspect' {
  export default function inspect(
    value: unknown,
    options?: { readonly depth?: number; readonly maxStringLength?: number },
  ): string;
}
