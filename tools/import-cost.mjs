/**
 * What it costs a fresh Node process to import the package: `npm run import-cost`. The time is CPU time, the least of several
 * processes, because that hardly depends on what else the machine does. Modules are counted by the debugger, in another process.
 */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 11;

/** Runs a text as a module, and returns what it prints, as JSON. */
function answerOf(text) {
  const args = ['--input-type=module', '--eval', text];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

function costOf(entry) {
  const imported = `
    const before = process.cpuUsage();
    await import('${entry}');
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify((user + system) / 1000));`;
  const ms = Math.min(...Array.from({ length: rounds }, () => answerOf(imported)));
  const modules = answerOf(`
    import { Session } from 'node:inspector';
    const session = new Session();
    session.connect();
    let modules = 0;
    session.on('Debugger.scriptParsed', ({ params }) => {
      if (params.url.startsWith('file:')) modules++;
    });
    session.post('Debugger.enable');
    const before = modules;
    await import('${entry}');
    console.log(modules - before);`);
  return { ms: ms.toFixed(1), modules };
}

const entries = ['skein', 'skein/executors', 'skein/executors/worker', 'skein/testing'];
console.table(Object.fromEntries(entries.map((entry) => [entry, costOf(entry)])));
