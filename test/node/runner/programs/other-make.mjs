/** Runs tasks of another make: all that they have is the protocol of futures. */
import { EventLoop, run, sleep, Task } from 'skein';

class OtherTask {
  [Symbol.for('skein.future')] = true;
  #task;

  constructor(task) {
    this.#task = task;
  }

  getLoop() {
    return this.#task.getLoop();
  }

  done() {
    return this.#task.done();
  }

  cancelled() {
    return this.#task.cancelled();
  }

  cancel(reason) {
    return this.#task.cancel(reason);
  }

  result() {
    return this.#task.result();
  }

  addDoneCallback(callback) {
    this.#task.addDoneCallback(() => callback(this));
  }
}

const loop = () => {
  const loop = new EventLoop();
  loop.setTaskFactory(
    (loop, coroutine, options) => new OtherTask(new Task(coroutine, { ...options, loop })),
  );
  return loop;
};
await run(
  async () => {
    console.log('ready');
    await sleep(60_000);
  },
  { loop },
).catch((error) => console.log(`${error.name}: ${error.message}`));
