/**
 * The command line of a tool. `--help` prints its usage and ends it. What it does not know is refused in a sentence, with 2 as the exit
 * code: 1 is left for what a tool finds.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';

/**
 * Returns the options and words that a tool was given, and a function that refuses one of them.
 *
 * @param {string} command `npm run NAME`
 * @param {object} form
 * @param {string} form.usage what `--help` prints
 * @param {Record<string, { type: 'string' | 'boolean', short?: string, default?: string | boolean, isNumber?: boolean }>} form.options
 * @param {boolean} [form.words] says that the tool takes words as well
 */
export function commandLine(command, { usage, options, words = false }) {
  /** @param {string} sentence @returns {never} */
  function refuse(sentence) {
    const what = words ? 'words and options' : 'options';
    console.error(`${sentence}. \`${command} -- --help\` lists the ${what}.`);
    process.exit(2);
  }
  const { values, positionals } = parsed();
  if (values.help) {
    console.log(usage.trimEnd());
    process.exit(0);
  }
  for (const [name, { isNumber }] of Object.entries(options)) {
    const text = values[name];
    if (isNumber && text !== undefined && !/^\d+$/.test(text)) {
      refuse(`\`--${name}\` expected a whole number, but got '${text}'`);
    }
  }
  return { values, positionals, refuse };

  function parsed() {
    try {
      return parseArgs({
        allowPositionals: words,
        options: { ...options, help: { type: 'boolean', short: 'h' } },
      });
    } catch (error) {
      // The sentences that follow tell of values that begin with a dash.
      return refuse(error.message.split(/\.\s/)[0]);
    }
  }
}

/** Prints the usage of a tool that hands its arguments on, if they ask for it, and ends. @param {string} usage */
export function helpIfAsked(usage) {
  if (!process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return;
  console.log(usage.trimEnd());
  process.exit(0);
}
