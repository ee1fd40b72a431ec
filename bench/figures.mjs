/** What all figures have in common. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three digits are more than a shared machine can promise. */
export const rounded = (value) => Number(value.toPrecision(3)).toLocaleString('en');
