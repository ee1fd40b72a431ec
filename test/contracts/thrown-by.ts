/** Waits for what is expected to fail, and returns what it throws. */
export async function thrownBy<Thrown = unknown>(outcome: PromiseLike<unknown>): Promise<Thrown> {
  try {
    await outcome;
  } catch (error) {
    return error as Thrown;
  }
  throw new Error('Nothing was thrown.');
}
