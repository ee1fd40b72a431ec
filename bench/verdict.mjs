/**
 * What the samples of two builds say. In each round the old build is asked twice and the new one once, so that a round
 * says how far the old build is from itself: what the machine does, not the program.
 */
import { median } from './figures.mjs';

/** A smaller difference is noise on any machine. */
const smallestDifference = 0.05;

/**
 * @param rounds - `{ old, again, new }` for each round: time or bytes, less is better.
 * @returns `old` and `new` (medians), `ratio` (new to old, the median of those of the rounds), `spread` (two thirds of the
 * rounds had the old build no farther from itself than this), `noise` (what the ratio has to exceed), and `verdict`.
 */
export function verdictOf(rounds) {
  // Within a round all met the same load of the machine.
  const ratio = median(rounds.map((one) => one.new / ((one.old + one.again) / 2)));
  const distances = rounds.map(({ old, again }) => Math.abs(again / old - 1)).sort((a, b) => a - b);
  const spread = distances[Math.ceil((distances.length * 2) / 3) - 1];
  const noise = Math.max(spread, smallestDifference);
  const withinNoise = Math.abs(ratio - 1) <= noise;
  return {
    old: median(rounds.flatMap(({ old, again }) => [old, again])),
    new: median(rounds.map((one) => one.new)),
    ratio,
    spread,
    noise,
    verdict: withinNoise ? 'within noise' : ratio > 1 ? 'worse' : 'better',
  };
}

/** Those that are worse than the noise explains, and by more than `percent`. */
export const worseThan = (percent, verdicts) =>
  verdicts.filter(({ verdict, ratio }) => verdict === 'worse' && (ratio - 1) * 100 > percent);
