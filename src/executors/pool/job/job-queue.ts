import type { Job } from './job.ts';

/** A job gains one level of priority for each span of this length that it waits, so that none waits for ever. */
const ageingMs = 1000;

/** The jobs that wait for a worker: the more urgent first, equally urgent ones in the order of their submission. */
export class JobQueue {
  /** The jobs with priority 0: usually all. */
  readonly #usual = new Lane(0);
  /** A lane for each other priority, as long as it has jobs. */
  readonly #lanes = new Map<number, Lane>();
  readonly #heap = new LaneHeap();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(job: Job): void {
    const lane = this.#laneOf(job.priority);
    lane.push(job);
    this.#length++;
    if (lane.first === job) this.#firstChanged(lane);
  }

  /** Puts a job back that a worker was given, to where it was. */
  putBack(job: Job): void {
    const lane = this.#laneOf(job.priority);
    lane.insert(job);
    this.#length++;
    if (lane.first === job) this.#firstChanged(lane);
  }

  shift(): Job | undefined {
    const job = this.first();
    if (job !== undefined) this.remove(job);
    return job;
  }

  /** Takes out a job that is in it. */
  remove(job: Job): void {
    const lane = this.#laneOf(job.priority);
    const { first } = lane;
    lane.remove(job);
    this.#length--;
    if (lane.first !== first) this.#firstChanged(lane);
  }

  /** The job that is next. */
  first(): Job | undefined {
    const { first } = this.#usual;
    const other = this.#heap.top?.first;
    if (first === undefined || other === undefined) return first ?? other;
    return isBefore(other, first) ? other : first;
  }

  #laneOf(priority: number): Lane {
    if (priority === 0) return this.#usual;
    let lane = this.#lanes.get(priority);
    if (lane === undefined) {
      lane = new Lane(priority);
      this.#lanes.set(priority, lane);
    }
    return lane;
  }

  #firstChanged(lane: Lane): void {
    if (lane === this.#usual) return;
    if (lane.first === undefined) this.#lanes.delete(lane.priority);
    this.#heap.update(lane);
  }
}

/** Tells which of two jobs is next. As both gain by waiting, that does not change as time goes on. */
function isBefore(one: Job, other: Job): boolean {
  const gain = one.priority - other.priority + (other.submittedAt - one.submittedAt) / ageingMs;
  return gain === 0 ? one.id < other.id : gain > 0;
}

/** Lanes that have jobs, the one on top whose first job is next. */
class LaneHeap {
  readonly #lanes: Lane[] = [];

  get top(): Lane | undefined {
    return this.#lanes[0];
  }

  /** The first job of a lane is another one, or the lane has none any more. */
  update(lane: Lane): void {
    const lanes = this.#lanes;
    if (lane.first === undefined) {
      const last = lanes.pop() as Lane;
      if (last !== lane) this.#place(last, lane.place);
      lane.place = -1;
      return;
    }
    if (lane.place === -1) lane.place = lanes.push(lane) - 1;
    this.#place(lane, lane.place);
  }

  /** Puts a lane at this place, or above or below it, where it belongs. */
  #place(lane: Lane, from: number): void {
    const lanes = this.#lanes;
    const goesBefore = (other: Lane | undefined): boolean =>
      other !== undefined && isBefore(lane.first as Job, other.first as Job);
    let at = from;
    for (let up = (at - 1) >> 1; at > 0 && goesBefore(lanes[up]); up = (at - 1) >> 1) {
      this.#set(at, lanes[up] as Lane);
      at = up;
    }
    for (;;) {
      let down = at * 2 + 1;
      const [left, right] = [lanes[down], lanes[down + 1]];
      if (right?.first !== undefined && isBefore(right.first, left?.first as Job)) down++;
      const child = lanes[down];
      if (child === undefined || child === lane || goesBefore(child)) break;
      this.#set(at, child);
      at = down;
    }
    this.#set(at, lane);
  }

  #set(at: number, lane: Lane): void {
    this.#lanes[at] = lane;
    lane.place = at;
  }
}

/** Jobs linked to their neighbours, so that any of them can leave at once. */
class Lane {
  readonly priority: number;
  first: Job | undefined;
  /** Its place in the heap; -1 while it is not there. */
  place = -1;
  #last: Job | undefined;
  /** The job that was inserted last, if it is still here. Jobs are put back in their order, so the next place is near. */
  #inserted: Job | undefined;

  constructor(priority: number) {
    this.priority = priority;
  }

  push(job: Job): void {
    this.#link(this.#last, job, undefined);
  }

  /** As `push()`, in the order of submission. */
  insert(job: Job): void {
    const near = this.#inserted;
    let after = near === undefined || near.id > job.id ? this.first : near;
    while (after !== undefined && after.id < job.id) after = after.after;
    this.#link(after === undefined ? this.#last : after.before, job, after);
    this.#inserted = job;
  }

  remove(job: Job): void {
    if (this.#inserted === job) this.#inserted = job.before;
    if (job.before === undefined) this.first = job.after;
    else job.before.after = job.after;
    if (job.after === undefined) this.#last = job.before;
    else job.after.before = job.before;
    job.before = undefined;
    job.after = undefined;
  }

  #link(before: Job | undefined, job: Job, after: Job | undefined): void {
    job.before = before;
    job.after = after;
    if (before === undefined) this.first = job;
    else before.after = job;
    if (after === undefined) this.#last = job;
    else after.before = job;
  }
}
