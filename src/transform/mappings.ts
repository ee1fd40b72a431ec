/** The `mappings` of source maps: numbers in base 64, each as the difference to the one before. */

/** A place in the result: its column, then source, line, column and name of where it is from; the latter may lack. */
export type Segment = [column: number, ...from: number[]];

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map([...digits].map((digit, value) => [digit, value]));

/** Returns the segments of each line. */
export function decodeMappings(mappings: string): Segment[][] {
  const from = [0, 0, 0, 0];
  return mappings.split(';').map((line) => {
    let column = 0;
    return line
      .split(',')
      .filter((segment) => segment !== '')
      .map((segment) => {
        const [moved = 0, ...rest] = decodeNumbers(segment);
        column += moved;
        const places = rest.map((difference, i) => {
          from[i] = (from[i] as number) + difference;
          return from[i] as number;
        });
        return [column, ...places];
      });
  });
}

export function encodeMappings(lines: readonly (readonly Segment[])[]): string {
  const from = [0, 0, 0, 0];
  return lines
    .map((line) => {
      let last = 0;
      return line
        .map(([column, ...places]) => {
          const moved = encodeNumber(column - last);
          last = column;
          const rest = places.map((place, i) => {
            const difference = place - (from[i] as number);
            from[i] = place;
            return encodeNumber(difference);
          });
          return moved + rest.join('');
        })
        .join(',');
    })
    .join(';');
}

/** Five bits a digit, the low ones first; the sixth says that more follow. The lowest bit of a number is its sign. */
function decodeNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  let scale = 1;
  for (const digit of segment) {
    const value = values.get(digit) ?? 0;
    number += (value & 31) * scale;
    scale *= 32;
    if ((value & 32) !== 0) continue;
    const size = Math.floor(number / 2);
    numbers.push(number % 2 === 1 ? -size : size);
    number = 0;
    scale = 1;
  }
  return numbers;
}

function encodeNumber(number: number): string {
  let left = Math.abs(number) * 2 + (number < 0 ? 1 : 0);
  let text = '';
  do {
    const low = left % 32;
    left = Math.floor(left / 32);
    text += digits[left > 0 ? low + 32 : low];
  } while (left > 0);
  return text;
}
