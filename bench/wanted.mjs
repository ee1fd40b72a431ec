/** Which questions the words of the command line mean: `spawn`, `spawn,yields`, `growth queue,executors one in flight`. */
import { clusterQuestions } from './cluster/run.mjs';
import { namesOfQuestions } from './executors/run.mjs';
import { questions } from './questions/index.mjs';

/**
 * @param positionals - What stands behind `npm run bench --`. Commas separate questions, blanks belong to their names.
 * @returns `{ kind, found }` for each part: `kind` is `results`, `growth`, `executors` or `cluster`, `found` has the questions;
 * for the last two their names. Without words: all of them but those of clusters, which need a server.
 * @throws RangeError when no question begins with the words.
 */
export function wantedOf(positionals) {
  const parts = positionals.join(' ').split(',').map(trimmed);
  if (parts.every((part) => part === '')) {
    return [partOf('results', ''), partOf('growth', ''), partOf('executors', '')];
  }
  return parts.filter((part) => part !== '').map(parsed);
}

const trimmed = (text) => text.trim().replaceAll(/\s+/g, ' ');

function parsed(part) {
  const [first, ...rest] = part.split(' ');
  if (first !== 'results' && Object.hasOwn(named, first)) return partOf(first, rest.join(' '));
  return partOf('results', part);
}

const named = {
  results: () => questions,
  growth: () => questions.filter(({ grows }) => grows),
  executors: () => namesOfQuestions.map((name) => ({ name })),
  cluster: () => clusterQuestions,
};

function partOf(kind, words) {
  const all = named[kind]();
  const found = all.filter(({ name }) => name.startsWith(words));
  if (found.length > 0) return { kind, found };
  const names = all.map(({ name }) => name);
  if (kind === 'results') names.push('growth', 'executors', 'cluster');
  throw new RangeError(`No question begins with “${words}”. There are: ${names.join(', ')}.`);
}
