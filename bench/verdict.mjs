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

/** An operation may cost so many times more among a million than among a thousand, beside what a native one costs more. */
const mostGrowth = 2;

/**
 * How the price of an operation grows from the least number of them to the greatest.
 *
 * @param {{ growsBecause?: string }} question - `growsBecause`: the reason, if it may grow; `reference`: the contestant that it is compared with.
 * @param sizes - `{ n, contestants: [{ name, median, ratio }] }`, as `askSizes()` returns them. The growth is that of skein relative
 * to the reference's in the same run, or, where skein has none but itself, its own.
 * @returns `growth`, a factor; `failed`, true if it is above 2 without a reason; `because`, the reason if it is above 2 with one.
 */
export function growthOf({ growsBecause }, sizes) {
  const [least, greatest] = [sizes[0], sizes.at(-1)].map(({ contestants }) => {
    const skein = contestants.find(({ name }) => name === 'skein');
    return contestants.length > 1 ? skein.ratio : skein.median;
  });
  const growth = greatest / least;
  const grows = growth > mostGrowth;
  return {
    growth,
    failed: grows && growsBecause === undefined,
    because: grows ? growsBecause : undefined,
  };
}

/**
 * Compares contestants of one question with another one that stands in it twice: it is what they may cost.
 *
 * @param rule - `{ costs, noMoreThan, again }`: names of contestants; the last two do the same.
 * @param rounds - What each contestant took in each round.
 * @returns For each of `costs` its name and what `verdictOf()` returns.
 */
export function ruleOf({ costs, noMoreThan, again }, rounds) {
  return costs.map((name) => ({
    name,
    ...verdictOf(
      rounds.map((one) => ({ old: one[noMoreThan], again: one[again], new: one[name] })),
    ),
  }));
}

/** Those that are worse than the noise explains, and by more than `percent`. */
export const worseThan = (percent, verdicts) =>
  verdicts.filter(({ verdict, ratio }) => verdict === 'worse' && (ratio - 1) * 100 > percent);
