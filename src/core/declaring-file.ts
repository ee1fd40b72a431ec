/** Registers the function that names the file which declares a shippable ContextVar: stacks have it, and only executors need it. */
import { seams } from './seams.ts';
import { ownFrames, takeStack } from './stack-frames.ts';

seams.declaringFile = () => ownFrames(takeStack().stack)[0]?.file.replace(/\?.*$/, '');
