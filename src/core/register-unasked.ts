/** What a bundle for a page does without, and loops in Node, Deno, Bun and in their workers have unasked. */
import { registerIdentity } from './compared.ts';
import { enteredLoops } from './entered-loops.ts';
import { registerTasks } from './register-tasks.ts';
import { registerTimers } from './register-timers.ts';
import { registerTexts } from './texts/register.ts';

/** A function, as bundlers may drop a module that is imported for nothing but its effect. */
export function registerUnasked(): void {
  // Commands that look at a program find the library by them.
  enteredLoops();
  registerIdentity();
  registerTasks();
  registerTexts();
  registerTimers();
}
