import { rspack } from '@rspack/core';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { type TransformOptions, transform } from 'skein/transform';
import { defineConfig } from 'vite';
import { webpack } from 'webpack';

const options: TransformOptions = { include: ['src/**', /\.page\.ts$/], exclude: 'src/old/**' };

defineConfig({ plugins: [transform.vite(), transform.vite(options)] });
void build({ plugins: [transform.esbuild(), transform.esbuild({})] });
void rollup({ plugins: [transform.rollup({ include: /x/ })] });
webpack({ plugins: [transform.webpack(options)] });
rspack({ plugins: [transform.rspack(options)] });

// @ts-expect-error a function is no pattern
transform.vite({ include: () => true });
// @ts-expect-error there is no such option
transform.vite({ includes: 'src/**' });
// @ts-expect-error it is for browsers, and no plugin of this name is promised
transform.farm();
