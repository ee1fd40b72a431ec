/** Functions that run on other machines. Executors and servers find them by their names. */
import { currentJob, declareFunctions } from 'skein/executors';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const { shrink, report, film } = declareFunctions(import.meta.url, {
  /** @param {string} name @param {number} ms */
  async shrink(name, ms) {
    await pause(ms);
    return `${name}, smaller`;
  },
  async report() {
    await pause(100);
    return `report ${currentJob()?.id}`;
  },
  /** Reports how far it is, and stops when it is asked to. */
  async film() {
    const job = currentJob();
    for (let percent = 0; percent <= 100; percent += 20) {
      if (job?.signal.aborted) return 'half a film';
      job?.progress(percent);
      await pause(100);
    }
    return 'a film';
  },
});
