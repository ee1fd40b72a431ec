/** What `npm run bench -- --help` prints. */
import { clusterQuestions } from './cluster/run.mjs';
import { namesOfQuestions } from './executors/run.mjs';
import { questions } from './questions/index.mjs';

const width = 100;

/** The names as a paragraph. */
function paragraph(names) {
  const lines = [''];
  for (const name of names) {
    const longer = lines.at(-1) === '' ? `  ${name}` : `${lines.at(-1)}, ${name}`;
    if (longer.length < width) lines[lines.length - 1] = longer;
    else lines.push(`  ${name}`);
  }
  return lines.join(',\n').replace(/^,\n/, '');
}

const namesOf = (all) => paragraph(all.map(({ name }) => name));

export const usage = `Usage: npm run bench -- [QUESTION, …] [OPTION …]

Without a question: all of them, how they grow, and pools of workers; an hour or more. Commas separate several.

  WORDS               the questions whose name begins with the words
  growth [WORDS]      how the figures grow with the number of operations, relative to those of native promises: above
                      2 x from 1,000 to 1,000,000 the exit code is 1, unless the question carries \`growsBecause\`
  executors [WORDS]   pools of threads and processes
  cluster [WORDS]     clusters, which need a redis-server; PostgreSQL too, if it is there
  unused              what the hooks for instruments cost a program that has none, beside a build without them: above 3 % and
                      the noise the exit code is 1
  document            writes what is in bench/figures into the documentation

Options:
  --against DIR         compares this build with that of another checkout; asks only the contestants that are skein
  --fail-above PERCENT  with --against: the exit code is 1 if something got worse by more than this and than the noise
  --rounds N            how many times each contestant is asked (5; of growth 1; of pools, clusters and with --against 7)
  --node PATH           another Node to run them with
  --contestants NAMES   only these, and the one that they are compared with: native,skein,limit
  --cpu                 CPU time in place of wall time, for a machine that has other things to do
  --json FILE           where the figures go (bench/results.json); what is there of other questions stays
  -h, --help            this text

Questions:
${namesOf(questions)}

Of executors:
${paragraph(namesOfQuestions)}

Of cluster:
${namesOf(clusterQuestions)}

Examples:
  npm run bench -- spawn,yields,executors one in flight
  npm run bench -- growth queue
  npm run bench -- spawn,yields --against ../before
  npm run bench -- unused --node /usr/bin/node
`;
