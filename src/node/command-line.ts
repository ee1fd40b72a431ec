#!/usr/bin/env node
/** The command `skein` of the package. */
import './register.ts';
import { main } from '../command-line/main.ts';

await main(process.argv.slice(2));
