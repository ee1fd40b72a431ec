/** Two explorations; the second one fails. Prints what becomes of each. */
import { createTask, gather } from 'skein';
import { explore } from 'skein/testing';

function told(name, main) {
  try {
    console.log(`${name} passed, ${explore(main, { schedules: 200 }).schedules} schedules`);
  } catch (error) {
    console.log(`${name}: ${error.replay}\n${error.message}`);
  }
}

told('first', function* (env) {
  yield* env.answer('one');
  env.choose(3, 'a number');
});
told('second', function* (env) {
  const log = [];
  function* part(name) {
    yield* env.answer(`${name} is asked`);
    log.push(name);
  }
  yield* gather(['a', 'b', 'c'].map((name) => createTask(part(name), { name })));
  if (log.join('') === 'acb') throw new Error('the wrong order');
});
