/** One task opens n scopes with a deadline, one after the other; what is done in each needs no wait. */
function contestant(open) {
  return (n, library) => {
    let done = 0;
    function* work() {
      done++;
    }
    return library.run(function* () {
      for (let i = 0; i < n; i++) yield* open(library, work);
      return done;
    });
  };
}

const timeout = contestant(({ timeout }, work) => timeout(60_000, work));

export default {
  name: 'scopes',
  question: 'Do something in a scope with a deadline that is not reached, one after the other',
  n: 100_000,
  reference: 'skein',
  rule: {
    costs: ['skein, cancelScope', 'skein, moveOnAfter'],
    noMoreThan: 'skein',
    again: 'skein, timeout again',
  },
  answer: (n) => n,
  contestants: {
    /** As `timeouts in turn`. */
    skein: timeout,
    /** For the noise: the same twice. */
    'skein, timeout again': timeout,
    'skein, cancelScope': contestant(({ cancelScope }, work) =>
      cancelScope({ timeout: 60_000 }, work),
    ),
    'skein, moveOnAfter': contestant(({ moveOnAfter }, work) => moveOnAfter(60_000, work)),
  },
};
