/** A worker in a process of its own: `node worker.mjs <engine> <place as JSON>`. It ends with the process that started it. */
import { engines } from './engines.mjs';

const [name, place] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
await engines[name].work(JSON.parse(place));
process.send('ready');
