/** Takes out one element. `splice()` would make an array for it, and runs are short enough for that to be seen. */
export function removeAt<T>(list: T[], place: number): void {
  for (let at = place + 1; at < list.length; at++) list[at - 1] = list[at] as T;
  list.pop();
}
