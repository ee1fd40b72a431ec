/** The text of what a program prints, as Node has it. */
import inspect from 'object-inspect';

export function textOf(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first === 'string' && /%[sdifjoOc%]/.test(first)) return formatted(first, rest);
  return values.map((value) => (typeof value === 'string' ? value : shown(value))).join(' ');
}

export function shown(value: unknown): string {
  if (value instanceof Error) return value.stack ? traceOf(value).text : String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = value as unknown as ArrayLike<number>;
    const name = value.constructor.name;
    return `${name}(${items.length}) [ ${Array.from(items).join(', ')} ]`;
  }
  return inspect(value, { depth: 6, maxStringLength: 5000 });
}

function formatted(format: string, values: unknown[]): string {
  const text = format.replaceAll(/%([sdifjoOc%])/g, (whole, letter: string) => {
    if (letter === '%') return '%';
    if (values.length === 0) return whole;
    const value = values.shift();
    if (letter === 'c') return '';
    if (letter === 'd') return String(Number(value));
    if (letter === 'i') return String(Number.parseInt(String(value), 10));
    if (letter === 'f') return String(Number.parseFloat(String(value)));
    if (letter === 'j') return JSON.stringify(value);
    return letter === 's' && typeof value !== 'object' ? String(value) : shown(value);
  });
  return [text, ...values.map((value) => (typeof value === 'string' ? value : shown(value)))].join(
    ' ',
  );
}

/** The text of an error, with the lines of the program alone, and the line where it was thrown. */
export function traceOf(error: unknown): {
  readonly text: string;
  readonly line: number | undefined;
} {
  if (!(error instanceof Error)) return { text: shown(error), line: undefined };
  const stack = error.stack ?? String(error);
  const lines = stack
    .split('\n')
    .filter((line) => !/skein\.invalid|blob:|\(<anonymous>\)|play\/worker\.js/.test(line));
  const place = /play\/main\.ts:(\d+)/.exec(stack)?.[1];
  const cause = error.cause === undefined ? '' : `\n  cause: ${traceOf(error.cause).text}`;
  const head = stack.startsWith(error.name) || stack.includes(error.message) ? '' : `${error}\n`;
  return { text: `${head}${lines.join('\n')}${cause}`, line: place ? Number(place) : undefined };
}
