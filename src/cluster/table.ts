/**
 * Values by their names, for tables in which names come and go all the time.
 *
 * A Map from which entries are deleted gets a new table again and again. V8 keeps what an old one had until it collects all garbage, and
 * copies it until then: most of the values that were ever in it. So the Map here has numbers of places only.
 */
export class Table<T extends object> {
  readonly #places = new Map<string, number>();
  readonly #values: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#places.size;
  }

  get(name: string): T | undefined {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#values[place];
  }

  set(name: string, value: T): void {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.#free.pop() ?? this.#values.length;
      this.#places.set(name, place);
    }
    this.#values[place] = value;
  }

  delete(name: string): void {
    const place = this.#places.get(name);
    if (place === undefined) return;
    this.#places.delete(name);
    this.#values[place] = undefined;
    this.#free.push(place);
  }

  names(): string[] {
    return [...this.#places.keys()];
  }

  values(): T[] {
    return this.#values.filter((value) => value !== undefined);
  }
}
