import { checkOptions } from '../core/checks.ts';
import { printsItself } from '../core/prints-itself.ts';
import { nameText } from '../core/task-text.ts';

/** Options of locks, semaphores, limiters, conditions, events, barriers and queues. */
export interface NameOptions {
  /** Shown in text forms, call graphs and `statistics()`. Default: none. */
  name?: string | undefined;
}

/** A lock, or another thing that tasks wait at. The program may give it a name. */
export abstract class Named {
  static {
    printsItself(this.prototype);
  }

  /** The name that the program gave it; undefined without one. */
  declare readonly name: string | undefined;

  constructor(options: NameOptions | undefined) {
    let name: string | undefined;
    if (options !== undefined) {
      const caller = `new ${new.target.name}`;
      checkOptions(caller, options, ['name']);
      ({ name } = options);
      if (name !== undefined) name = nameText(caller, name);
    }
    this.name = name;
  }

  /** @internal The text form: the kind and the name, the state, and the number of tasks that wait. */
  protected _textOf(kind: string, state: string, waiting = 0): string {
    const name = this.name === undefined ? '' : ` '${this.name}'`;
    return `<${kind}${name} ${state}${waiting > 0 ? `, ${waiting} waiting` : ''}>`;
  }
}
