// .vitepress/config.ts
import { readFileSync as readFileSync3 } from "node:fs";
import { defineConfig } from "file:///work/wt/site/site/node_modules/vitepress/dist/node/index.js";

// tools/fences.mjs
function playButtons(md) {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const made = fence(tokens, index, options, env, self);
    if (!/\bplay\b/.test(token.info)) return made;
    return `<Play code="${encodeURIComponent(token.content)}">${made}</Play>`;
  };
}

// tools/api.mjs
import { mkdirSync, readdirSync as readdirSync2, readFileSync, rmSync, writeFileSync } from "node:fs";

// tools/sources.mjs
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
var __vite_injected_original_import_meta_url = "file:///work/wt/site/site/tools/sources.mjs";
var root = fileURLToPath(new URL("../..", __vite_injected_original_import_meta_url));
var site = `${root}site/`;
var pagesFolder = `${site}.cache/pages/`;
var named = (folder2, ending) => readdirSync(root + folder2).filter((name) => name.endsWith(ending)).sort();
var publicFolder = `${site}.cache/public/`;
var lessons = named("examples/tutorial", ".ts").filter((name) => /^\d/.test(name)).map((name) => name.slice(0, -".ts".length));
var guides = named("docs/guides", ".md").map((name) => name.slice(0, -".md".length));
var comparisons = named("docs/from", ".md").map((name) => name.slice(0, -".md".length));
var decisions = named("decisions", ".md").map((name) => name.slice(0, -".md".length));
var pageOf = new Map([
  ["README.md", "start.md"],
  ["ARCHITECTURE.md", "architecture.md"],
  ["CONTRIBUTING.md", "contributing.md"],
  ["CHANGELOG.md", "changes.md"],
  ["docs/ask-about.md", "ask-about.md"],
  ["docs/differences.md", "from/asyncio-differences.md"],
  ["docs/rosetta.md", "from/asyncio.md"],
  ["docs/performance.md", "performance.md"],
  ...guides.map((name) => [`docs/guides/${name}.md`, `guides/${name}.md`]),
  ...comparisons.map((name) => [`docs/from/${name}.md`, `from/${name}.md`]),
  ...decisions.map((name) => [`decisions/${name}.md`, `decisions/${name}.md`]),
  ...lessons.map((name) => [`examples/tutorial/${name}.ts`, `learn/${name}.md`])
]);

// tools/api.mjs
var folder = `${site}.cache/api/`;
var out = `${pagesFolder}api`;
var parts = Object.entries(JSON.parse(readFileSync(`${root}package.json`, "utf8")).exports).filter(([, { types: types2 }]) => types2 !== void 0).filter(([name]) => name !== "./transform/awaits").map(([name, { types: types2 }]) => ({ name: name.replace(".", "skein"), types: types2 }));
function apiMenu() {
  return parts.map(({ name }) => ({
    text: name,
    link: `/api/${name}/`,
    collapsed: name !== "skein",
    items: pagesUnder(name)
  }));
}
function pagesUnder(name) {
  const kinds = ["functions", "classes", "interfaces", "type-aliases", "variables"];
  return kinds.flatMap((kind) => {
    const names = namesIn(`${out}/${name}/${kind}`);
    return names.map((each) => ({ text: each, link: `/api/${name}/${kind}/${each}` }));
  });
}
function namesIn(path) {
  try {
    return readdirSync2(path).filter((file) => file.endsWith(".md")).map((file) => file.slice(0, -".md".length)).sort();
  } catch {
    return [];
  }
}

// tools/titles.mjs
import { readFileSync as readFileSync2 } from "node:fs";
function titleOf(file) {
  const text = readFileSync2(root + file, "utf8");
  const title = file.endsWith(".ts") ? /^export const title = '\d+\. (.*)';$/m.exec(text)?.[1] : /^# (.*)$/m.exec(text)?.[1];
  if (title === void 0) throw new Error(`${file} has no title.`);
  return title.replace(/^(\d+)\. /, "$1 \xB7 ");
}

// .vitepress/menus.ts
var firstGuides = [
  "generators-or-async",
  "cancellation",
  "structured-concurrency",
  "async-functions",
  "blocking-work",
  "testing",
  "debugging"
];
var byOrder = (names, first) => [
  ...first.filter((name) => names.includes(name)),
  ...names.filter((name) => !first.includes(name))
];
var learn = [
  { text: "The eight lessons", link: "/learn/" },
  ...lessons.map((name) => ({
    text: titleOf(`examples/tutorial/${name}.ts`),
    link: `/learn/${name}`
  }))
];
var guide = [
  { text: "Start here", link: "/start" },
  { text: "Ask about", link: "/ask-about" },
  ...byOrder(guides, firstGuides).map((name) => ({
    text: titleOf(`docs/guides/${name}.md`),
    link: `/guides/${name}`
  }))
];
var from = [
  { text: "From asyncio", link: "/from/asyncio" },
  { text: "What differs from asyncio", link: "/from/asyncio-differences" },
  ...byOrder(comparisons, ["promises"]).map((name) => ({
    text: titleOf(`docs/from/${name}.md`),
    link: `/from/${name}`
  }))
];
var about = [
  { text: "Performance", link: "/performance" },
  { text: "Architecture", link: "/architecture" },
  { text: "Glossary", link: "/glossary" },
  { text: "Changes", link: "/changes" },
  { text: "Contributing", link: "/contributing" },
  {
    text: "Decisions",
    link: "/decisions/",
    collapsed: true,
    items: decisions.map((name) => ({
      text: titleOf(`decisions/${name}.md`),
      link: `/decisions/${name}`
    }))
  }
];
var api = apiMenu();
var nav = [
  { text: "Learn", link: "/learn/" },
  { text: "Guides", link: "/start" },
  { text: "API", link: "/api/" },
  { text: "Playground", link: "/playground" },
  { text: "From \u2026", items: from },
  { text: "About", items: about.map(({ text, link }) => ({ text, link: link ?? "" })) }
];
var sidebar = {
  "/api/": api,
  "/from/": [{ text: "From \u2026", items: from }],
  "/": [
    { text: "Learn", link: "/learn/", items: learn, collapsed: false },
    { text: "Guides", items: guide },
    { text: "From \u2026", link: "/from/asyncio", items: from, collapsed: true },
    { text: "About", link: "/performance", items: about, collapsed: true }
  ]
};

// .vitepress/theme/code-colours.ts
function theme(name, type, colours) {
  const rule = (foreground, ...scope) => ({ scope, settings: { foreground } });
  return {
    name,
    type,
    colors: { "editor.background": colours.ground, "editor.foreground": colours.text },
    settings: [
      { settings: { foreground: colours.text, background: colours.ground } },
      rule(colours.comment, "comment", "punctuation.definition.comment"),
      rule(colours.keyword, "keyword", "storage", "constant.language", "variable.language"),
      rule(colours.text, "keyword.operator.assignment", "storage.type.function.arrow"),
      rule(colours.string, "string", "constant.character.escape", "string.regexp"),
      rule(colours.number, "constant.numeric"),
      rule(colours.call, "entity.name.function", "support.function"),
      rule(colours.type, "entity.name.type", "support.type", "support.class", "entity.name.class")
    ]
  };
}
var lightTheme = theme("skein-light", "light", {
  ground: "#fffdf9",
  text: "#2b2a33",
  comment: "#66635c",
  keyword: "#8a2f5d",
  string: "#2f6b3b",
  number: "#94501a",
  call: "#2d4f9e",
  type: "#1d6a72"
});
var darkTheme = theme("skein-dark", "dark", {
  ground: "#1b1d26",
  text: "#e4e1d8",
  comment: "#9c9a94",
  keyword: "#f2a3c7",
  string: "#a5d6a0",
  number: "#f0bd8a",
  call: "#9dbcf7",
  type: "#84d3d8"
});

// .vitepress/types-on-hover.ts
import { createTransformerFactory, rendererRich } from "file:///work/wt/site/site/node_modules/@shikijs/twoslash/dist/core.mjs";
import { createFileSystemTypesCache } from "file:///work/wt/site/site/node_modules/@shikijs/vitepress-twoslash/dist/cache-fs.mjs";
import { createTwoslasher } from "file:///work/wt/site/site/node_modules/twoslash/dist/index.mjs";
var types = (name) => [`${root}dist/${name}.d.ts`];
var compilerOptions = {
  target: 9,
  lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"].map((name) => `lib.${name}.d.ts`),
  module: 99,
  moduleResolution: 100,
  moduleDetection: 3,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [`${root}node_modules/@types`],
  paths: {
    skein: types("index"),
    "skein/debug": types("debug"),
    "skein/executors": types("executors/index"),
    "skein/executors/worker": types("executors/worker"),
    "skein/cluster": types("cluster/index"),
    "skein/inspect": types("inspect/index"),
    "skein/testing": types("testing/index"),
    "skein/testing/fast-check": types("testing/fast-check/index"),
    "skein/transform": types("transform/index")
  }
};
var longestType = 600;
function typesOnHover() {
  const twoslasher = createTwoslasher({ compilerOptions });
  const options = { handbookOptions: { noErrors: true } };
  const transformer = createTransformerFactory(
    (code, extension) => onceEach(twoslasher(code, extension, options))
  )({
    renderer: rendererRich({ jsdoc: false, hast: { hoverToken: { tagName: "span" } } }),
    explicitTrigger: true,
    langs: ["ts"],
    typesCache: createFileSystemTypesCache({ dir: `${site}.cache/twoslash` })
  });
  return transformer;
}
function onceEach(result) {
  const seen = /* @__PURE__ */ new Set();
  const nodes = result.nodes.filter((node) => {
    if (node.type !== "hover") return true;
    if (seen.has(node.target) || /\bany$/.test(node.text)) return false;
    seen.add(node.target);
    if (node.text.length > longestType) node.text = `${node.text.slice(0, longestType)}\u2026`;
    return true;
  });
  return { ...result, nodes };
}

// .vitepress/config.ts
var __vite_injected_original_import_meta_url2 = "file:///work/wt/site/site/.vitepress/config.ts";
var root2 = new URL("../..", __vite_injected_original_import_meta_url2).pathname;
var { description, version } = JSON.parse(readFileSync3(`${root2}package.json`, "utf8"));
var config_default = defineConfig({
  title: "skein",
  description,
  lang: "en",
  base: process.env["SITE_BASE"] ?? "/",
  srcDir: ".cache/pages",
  cacheDir: ".cache/vitepress",
  outDir: "dist",
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: false,
  head: [
    ["meta", { name: "theme-color", content: "#f7f3ec", media: "(prefers-color-scheme: light)" }],
    ["meta", { name: "theme-color", content: "#15161d", media: "(prefers-color-scheme: dark)" }],
    [
      "link",
      { rel: "icon", href: `${process.env["SITE_BASE"] ?? "/"}skein.svg`, type: "image/svg+xml" }
    ]
  ],
  markdown: {
    theme: { light: lightTheme, dark: darkTheme },
    config: playButtons,
    codeTransformers: [typesOnHover()]
  },
  themeConfig: {
    siteTitle: "skein",
    logo: "/skein.svg",
    nav,
    sidebar,
    outline: [2, 3],
    externalLinkIcon: false,
    search: { provider: "local" },
    docFooter: { prev: "Before", next: "Next" },
    footer: { message: `skein ${version}. The licence is MIT.` }
  },
  vite: {
    // Files that do not change with a page: the package, and what runs programs.
    publicDir: `${root2}site/.cache/public`,
    build: { chunkSizeWarningLimit: 2e3 },
    server: { fs: { allow: [root2] } }
  }
});
export {
  config_default as default
};
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiLnZpdGVwcmVzcy9jb25maWcudHMiLCAidG9vbHMvZmVuY2VzLm1qcyIsICJ0b29scy9hcGkubWpzIiwgInRvb2xzL3NvdXJjZXMubWpzIiwgInRvb2xzL3RpdGxlcy5tanMiLCAiLnZpdGVwcmVzcy9tZW51cy50cyIsICIudml0ZXByZXNzL3RoZW1lL2NvZGUtY29sb3Vycy50cyIsICIudml0ZXByZXNzL3R5cGVzLW9uLWhvdmVyLnRzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS8udml0ZXByZXNzL2NvbmZpZy50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9zaXRlL3NpdGUvLnZpdGVwcmVzcy9jb25maWcudHNcIjsvKiogVGhlIHNpdGUuIEl0IGFza3Mgbm8gb3RoZXIgaG9zdCBmb3IgYW55dGhpbmc6IGZvbnRzIGFyZSB0aGUgc3lzdGVtJ3MsIHRoZSBzZWFyY2ggYW5kIHRoZSBwbGF5Z3JvdW5kIGFyZSBmaWxlcyBiZXNpZGUgaXQuICovXG5pbXBvcnQgeyByZWFkRmlsZVN5bmMgfSBmcm9tICdub2RlOmZzJztcbmltcG9ydCB7IGRlZmluZUNvbmZpZyB9IGZyb20gJ3ZpdGVwcmVzcyc7XG5pbXBvcnQgeyBwbGF5QnV0dG9ucyB9IGZyb20gJy4uL3Rvb2xzL2ZlbmNlcy5tanMnO1xuaW1wb3J0IHsgbmF2LCBzaWRlYmFyIH0gZnJvbSAnLi9tZW51cy50cyc7XG5pbXBvcnQgeyBkYXJrVGhlbWUsIGxpZ2h0VGhlbWUgfSBmcm9tICcuL3RoZW1lL2NvZGUtY29sb3Vycy50cyc7XG5pbXBvcnQgeyB0eXBlc09uSG92ZXIgfSBmcm9tICcuL3R5cGVzLW9uLWhvdmVyLnRzJztcblxuY29uc3Qgcm9vdCA9IG5ldyBVUkwoJy4uLy4uJywgaW1wb3J0Lm1ldGEudXJsKS5wYXRobmFtZTtcbmNvbnN0IHsgZGVzY3JpcHRpb24sIHZlcnNpb24gfSA9IEpTT04ucGFyc2UocmVhZEZpbGVTeW5jKGAke3Jvb3R9cGFja2FnZS5qc29uYCwgJ3V0ZjgnKSk7XG5cbmV4cG9ydCBkZWZhdWx0IGRlZmluZUNvbmZpZyh7XG4gIHRpdGxlOiAnc2tlaW4nLFxuICBkZXNjcmlwdGlvbixcbiAgbGFuZzogJ2VuJyxcbiAgYmFzZTogcHJvY2Vzcy5lbnZbJ1NJVEVfQkFTRSddID8/ICcvJyxcbiAgc3JjRGlyOiAnLmNhY2hlL3BhZ2VzJyxcbiAgY2FjaGVEaXI6ICcuY2FjaGUvdml0ZXByZXNzJyxcbiAgb3V0RGlyOiAnZGlzdCcsXG4gIGNsZWFuVXJsczogZmFsc2UsXG4gIGxhc3RVcGRhdGVkOiBmYWxzZSxcbiAgaWdub3JlRGVhZExpbmtzOiBmYWxzZSxcbiAgaGVhZDogW1xuICAgIFsnbWV0YScsIHsgbmFtZTogJ3RoZW1lLWNvbG9yJywgY29udGVudDogJyNmN2YzZWMnLCBtZWRpYTogJyhwcmVmZXJzLWNvbG9yLXNjaGVtZTogbGlnaHQpJyB9XSxcbiAgICBbJ21ldGEnLCB7IG5hbWU6ICd0aGVtZS1jb2xvcicsIGNvbnRlbnQ6ICcjMTUxNjFkJywgbWVkaWE6ICcocHJlZmVycy1jb2xvci1zY2hlbWU6IGRhcmspJyB9XSxcbiAgICBbXG4gICAgICAnbGluaycsXG4gICAgICB7IHJlbDogJ2ljb24nLCBocmVmOiBgJHtwcm9jZXNzLmVudlsnU0lURV9CQVNFJ10gPz8gJy8nfXNrZWluLnN2Z2AsIHR5cGU6ICdpbWFnZS9zdmcreG1sJyB9LFxuICAgIF0sXG4gIF0sXG4gIG1hcmtkb3duOiB7XG4gICAgdGhlbWU6IHsgbGlnaHQ6IGxpZ2h0VGhlbWUsIGRhcms6IGRhcmtUaGVtZSB9LFxuICAgIGNvbmZpZzogcGxheUJ1dHRvbnMsXG4gICAgY29kZVRyYW5zZm9ybWVyczogW3R5cGVzT25Ib3ZlcigpXSxcbiAgfSxcbiAgdGhlbWVDb25maWc6IHtcbiAgICBzaXRlVGl0bGU6ICdza2VpbicsXG4gICAgbG9nbzogJy9za2Vpbi5zdmcnLFxuICAgIG5hdixcbiAgICBzaWRlYmFyLFxuICAgIG91dGxpbmU6IFsyLCAzXSxcbiAgICBleHRlcm5hbExpbmtJY29uOiBmYWxzZSxcbiAgICBzZWFyY2g6IHsgcHJvdmlkZXI6ICdsb2NhbCcgfSxcbiAgICBkb2NGb290ZXI6IHsgcHJldjogJ0JlZm9yZScsIG5leHQ6ICdOZXh0JyB9LFxuICAgIGZvb3RlcjogeyBtZXNzYWdlOiBgc2tlaW4gJHt2ZXJzaW9ufS4gVGhlIGxpY2VuY2UgaXMgTUlULmAgfSxcbiAgfSxcbiAgdml0ZToge1xuICAgIC8vIEZpbGVzIHRoYXQgZG8gbm90IGNoYW5nZSB3aXRoIGEgcGFnZTogdGhlIHBhY2thZ2UsIGFuZCB3aGF0IHJ1bnMgcHJvZ3JhbXMuXG4gICAgcHVibGljRGlyOiBgJHtyb290fXNpdGUvLmNhY2hlL3B1YmxpY2AsXG4gICAgYnVpbGQ6IHsgY2h1bmtTaXplV2FybmluZ0xpbWl0OiAyMDAwIH0sXG4gICAgc2VydmVyOiB7IGZzOiB7IGFsbG93OiBbcm9vdF0gfSB9LFxuICB9LFxufSk7XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS90b29sc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlL3Rvb2xzL2ZlbmNlcy5tanNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvc2l0ZS9zaXRlL3Rvb2xzL2ZlbmNlcy5tanNcIjsvKiogQW4gZXhhbXBsZSB0aGF0IHRoZSBwbGF5Z3JvdW5kIGNhbiBydW4gaXMgZ2l2ZW4gdG8gdGhlIGNvbXBvbmVudCBgUGxheWAsIHdpdGggaXRzIHByb2dyYW0uIFdpdGhvdXQgc2NyaXB0cyBpdCBpcyBhIHBsYWluIGJsb2NrLiAqL1xuXG4vKiogQHBhcmFtIHtpbXBvcnQoJ3ZpdGVwcmVzcycpLk1hcmtkb3duUmVuZGVyZXJ9IG1kICovXG5leHBvcnQgZnVuY3Rpb24gcGxheUJ1dHRvbnMobWQpIHtcbiAgY29uc3QgZmVuY2UgPSBtZC5yZW5kZXJlci5ydWxlcy5mZW5jZTtcbiAgbWQucmVuZGVyZXIucnVsZXMuZmVuY2UgPSAodG9rZW5zLCBpbmRleCwgb3B0aW9ucywgZW52LCBzZWxmKSA9PiB7XG4gICAgY29uc3QgdG9rZW4gPSB0b2tlbnNbaW5kZXhdO1xuICAgIGNvbnN0IG1hZGUgPSBmZW5jZSh0b2tlbnMsIGluZGV4LCBvcHRpb25zLCBlbnYsIHNlbGYpO1xuICAgIGlmICghL1xcYnBsYXlcXGIvLnRlc3QodG9rZW4uaW5mbykpIHJldHVybiBtYWRlO1xuICAgIHJldHVybiBgPFBsYXkgY29kZT1cIiR7ZW5jb2RlVVJJQ29tcG9uZW50KHRva2VuLmNvbnRlbnQpfVwiPiR7bWFkZX08L1BsYXk+YDtcbiAgfTtcbn1cbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlL3Rvb2xzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay93dC9zaXRlL3NpdGUvdG9vbHMvYXBpLm1qc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9zaXRlL3NpdGUvdG9vbHMvYXBpLm1qc1wiOy8qKiBUaGUgQVBJIHJlZmVyZW5jZTogd2hhdCB0aGUgY29tbWVudHMgaW4gc3JjLyBzYXksIGFzIFR5cGVEb2MgcmVhZHMgdGhlbSBmcm9tIHRoZSBkZWNsYXJhdGlvbnMgdGhhdCBhIHVzZXIgZ2V0cy4gQSBzeW1ib2wgd2l0aG91dCBhIGNvbW1lbnQgZmFpbHMgdGhlIGJ1aWxkLiAqL1xuaW1wb3J0IHsgc3Bhd25TeW5jIH0gZnJvbSAnbm9kZTpjaGlsZF9wcm9jZXNzJztcbmltcG9ydCB7IG1rZGlyU3luYywgcmVhZGRpclN5bmMsIHJlYWRGaWxlU3luYywgcm1TeW5jLCB3cml0ZUZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgeyBkaXJuYW1lIH0gZnJvbSAnbm9kZTpwYXRoJztcbmltcG9ydCBwcm9jZXNzIGZyb20gJ25vZGU6cHJvY2Vzcyc7XG5pbXBvcnQgeyBtYXJrRXhhbXBsZXMgfSBmcm9tICcuL2V4YW1wbGVzLm1qcyc7XG5pbXBvcnQgeyBwYWdlc0ZvbGRlciwgcm9vdCwgc2l0ZSB9IGZyb20gJy4vc291cmNlcy5tanMnO1xuXG5jb25zdCBmb2xkZXIgPSBgJHtzaXRlfS5jYWNoZS9hcGkvYDtcbmNvbnN0IG91dCA9IGAke3BhZ2VzRm9sZGVyfWFwaWA7XG5cbi8qKiBUaGUgcGFydHMgb2YgdGhlIHBhY2thZ2U6IHdoYXQgYSBwcm9ncmFtIGltcG9ydHMsIGFuZCB0aGUgZGVjbGFyYXRpb25zIG9mIGl0LiAqL1xuY29uc3QgcGFydHMgPSBPYmplY3QuZW50cmllcyhKU09OLnBhcnNlKHJlYWRGaWxlU3luYyhgJHtyb290fXBhY2thZ2UuanNvbmAsICd1dGY4JykpLmV4cG9ydHMpXG4gIC5maWx0ZXIoKFssIHsgdHlwZXMgfV0pID0+IHR5cGVzICE9PSB1bmRlZmluZWQpXG4gIC8vIFdoYXQgcmV3cml0dGVuIGZpbGVzIGltcG9ydCBpcyBubyBpbnRlcmZhY2UgZm9yIHBlb3BsZS5cbiAgLmZpbHRlcigoW25hbWVdKSA9PiBuYW1lICE9PSAnLi90cmFuc2Zvcm0vYXdhaXRzJylcbiAgLm1hcCgoW25hbWUsIHsgdHlwZXMgfV0pID0+ICh7IG5hbWU6IG5hbWUucmVwbGFjZSgnLicsICdza2VpbicpLCB0eXBlcyB9KSk7XG5cbmV4cG9ydCBmdW5jdGlvbiBtYWtlQXBpKCkge1xuICBybVN5bmMoZm9sZGVyLCB7IHJlY3Vyc2l2ZTogdHJ1ZSwgZm9yY2U6IHRydWUgfSk7XG4gIGNvbnN0IGVudHJpZXMgPSBwYXJ0cy5tYXAoKHsgbmFtZSwgdHlwZXMgfSkgPT4ge1xuICAgIGNvbnN0IGZpbGUgPSBgJHtmb2xkZXJ9JHtuYW1lfS5kLnRzYDtcbiAgICBta2RpclN5bmMoZGlybmFtZShmaWxlKSwgeyByZWN1cnNpdmU6IHRydWUgfSk7XG4gICAgd3JpdGVGaWxlU3luYyhmaWxlLCBgZXhwb3J0ICogZnJvbSAnJHtyb290fSR7dHlwZXMuc2xpY2UoMil9JztcXG5gKTtcbiAgICByZXR1cm4gZmlsZTtcbiAgfSk7XG4gIHdyaXRlRmlsZVN5bmMoYCR7Zm9sZGVyfXRzY29uZmlnLmpzb25gLCBKU09OLnN0cmluZ2lmeShzZXR0aW5ncyhlbnRyaWVzKSkpO1xuICBjb25zdCB0eXBlZG9jID0gYCR7c2l0ZX1ub2RlX21vZHVsZXMvdHlwZWRvYy9iaW4vdHlwZWRvY2A7XG4gIGNvbnN0IGFyZ3MgPSBbXG4gICAgdHlwZWRvYyxcbiAgICAnLS1vcHRpb25zJyxcbiAgICBgJHtzaXRlfXR5cGVkb2MuanNvbmAsXG4gICAgJy0tdHNjb25maWcnLFxuICAgIGAke2ZvbGRlcn10c2NvbmZpZy5qc29uYCxcbiAgXTtcbiAgY29uc3QgcGF0aHMgPSBbJy0tYmFzZVBhdGgnLCBmb2xkZXIsICctLW91dCcsIG91dF07XG4gIGNvbnN0IG5hbWVkID0gZW50cmllcy5mbGF0TWFwKChlbnRyeSkgPT4gWyctLWVudHJ5UG9pbnRzJywgZW50cnldKTtcbiAgY29uc3QgeyBzdGF0dXMgfSA9IHNwYXduU3luYyhwcm9jZXNzLmV4ZWNQYXRoLCBbLi4uYXJncywgLi4ucGF0aHMsIC4uLm5hbWVkXSwge1xuICAgIGN3ZDogc2l0ZSxcbiAgICBzdGRpbzogWydpZ25vcmUnLCAnaWdub3JlJywgJ2luaGVyaXQnXSxcbiAgfSk7XG4gIGlmIChzdGF0dXMgIT09IDApIHtcbiAgICBjb25zb2xlLmVycm9yKCdUaGUgQVBJIHJlZmVyZW5jZSB3YXMgbm90IG1hZGU6IHNlZSB0aGUgbGluZXMgYWJvdmUuJyk7XG4gICAgcHJvY2Vzcy5leGl0KDEpO1xuICB9XG4gIG1hcmtQYWdlcygpO1xufVxuXG5mdW5jdGlvbiBzZXR0aW5ncyhmaWxlcykge1xuICByZXR1cm4ge1xuICAgIGNvbXBpbGVyT3B0aW9uczoge1xuICAgICAgdGFyZ2V0OiAnZXMyMDIyJyxcbiAgICAgIGxpYjogWydlczIwMjMnLCAnZXNuZXh0LmRpc3Bvc2FibGUnLCAnZG9tJywgJ2RvbS5pdGVyYWJsZSddLFxuICAgICAgbW9kdWxlOiAnbm9kZW5leHQnLFxuICAgICAgbW9kdWxlRGV0ZWN0aW9uOiAnZm9yY2UnLFxuICAgICAgc3RyaWN0OiB0cnVlLFxuICAgICAgbm9FbWl0OiB0cnVlLFxuICAgICAgc2tpcExpYkNoZWNrOiB0cnVlLFxuICAgICAgYWxsb3dJbXBvcnRpbmdUc0V4dGVuc2lvbnM6IHRydWUsXG4gICAgICB0eXBlczogWydub2RlJ10sXG4gICAgICB0eXBlUm9vdHM6IFtgJHtyb290fW5vZGVfbW9kdWxlcy9AdHlwZXNgXSxcbiAgICB9LFxuICAgIGZpbGVzLFxuICB9O1xufVxuXG4vKiogU2lnbmF0dXJlcyBhcmUgYmxvY2tzIG9mIGNvZGUgdG9vLCBhbmQgbm8gcHJvZ3JhbXMuIEEgcHJvZ3JhbSBpbXBvcnRzIHNvbWV0aGluZy4gKi9cbmZ1bmN0aW9uIG1hcmtQYWdlcygpIHtcbiAgZm9yIChjb25zdCBuYW1lIG9mIHJlYWRkaXJTeW5jKG91dCwgeyByZWN1cnNpdmU6IHRydWUgfSkpIHtcbiAgICBpZiAoIW5hbWUuZW5kc1dpdGgoJy5tZCcpKSBjb250aW51ZTtcbiAgICBjb25zdCB0ZXh0ID0gcmVhZEZpbGVTeW5jKGAke291dH0vJHtuYW1lfWAsICd1dGY4Jyk7XG4gICAgY29uc3QgbWFya2VkID0gdGV4dC5yZXBsYWNlQWxsKC9eYGBgdHNcXG5bXFxzXFxTXSo/XmBgYC9nbSwgKGJsb2NrKSA9PlxuICAgICAgL15pbXBvcnQgL20udGVzdChibG9jaykgPyBtYXJrRXhhbXBsZXMoYmxvY2spLnJlcGxhY2UoJ2BgYHRzIHR3b3NsYXNoJywgJ2BgYHRzJykgOiBibG9jayxcbiAgICApO1xuICAgIHdyaXRlRmlsZVN5bmMoYCR7b3V0fS8ke25hbWV9YCwgbWFya2VkKTtcbiAgfVxufVxuXG4vKiogVGhlIG1lbnUgb2YgdGhlIHJlZmVyZW5jZSwgZnJvbSBpdHMgcGFnZXM6IHRoZSBwYXJ0cywgdGhlaXIga2luZHMsIHRoZWlyIG5hbWVzLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGFwaU1lbnUoKSB7XG4gIHJldHVybiBwYXJ0cy5tYXAoKHsgbmFtZSB9KSA9PiAoe1xuICAgIHRleHQ6IG5hbWUsXG4gICAgbGluazogYC9hcGkvJHtuYW1lfS9gLFxuICAgIGNvbGxhcHNlZDogbmFtZSAhPT0gJ3NrZWluJyxcbiAgICBpdGVtczogcGFnZXNVbmRlcihuYW1lKSxcbiAgfSkpO1xufVxuXG5mdW5jdGlvbiBwYWdlc1VuZGVyKG5hbWUpIHtcbiAgY29uc3Qga2luZHMgPSBbJ2Z1bmN0aW9ucycsICdjbGFzc2VzJywgJ2ludGVyZmFjZXMnLCAndHlwZS1hbGlhc2VzJywgJ3ZhcmlhYmxlcyddO1xuICByZXR1cm4ga2luZHMuZmxhdE1hcCgoa2luZCkgPT4ge1xuICAgIGNvbnN0IG5hbWVzID0gbmFtZXNJbihgJHtvdXR9LyR7bmFtZX0vJHtraW5kfWApO1xuICAgIHJldHVybiBuYW1lcy5tYXAoKGVhY2gpID0+ICh7IHRleHQ6IGVhY2gsIGxpbms6IGAvYXBpLyR7bmFtZX0vJHtraW5kfS8ke2VhY2h9YCB9KSk7XG4gIH0pO1xufVxuXG5mdW5jdGlvbiBuYW1lc0luKHBhdGgpIHtcbiAgdHJ5IHtcbiAgICByZXR1cm4gcmVhZGRpclN5bmMocGF0aClcbiAgICAgIC5maWx0ZXIoKGZpbGUpID0+IGZpbGUuZW5kc1dpdGgoJy5tZCcpKVxuICAgICAgLm1hcCgoZmlsZSkgPT4gZmlsZS5zbGljZSgwLCAtJy5tZCcubGVuZ3RoKSlcbiAgICAgIC5zb3J0KCk7XG4gIH0gY2F0Y2gge1xuICAgIHJldHVybiBbXTtcbiAgfVxufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9zaXRlL3NpdGUvdG9vbHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS90b29scy9zb3VyY2VzLm1qc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9zaXRlL3NpdGUvdG9vbHMvc291cmNlcy5tanNcIjsvKiogV2hpY2ggZmlsZXMgb2YgdGhlIHJlcG9zaXRvcnkgYXJlIHBhZ2VzIG9mIHRoZSBzaXRlLCBhbmQgYXQgd2hpY2ggYWRkcmVzcy4gKi9cbmltcG9ydCB7IHJlYWRkaXJTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgeyBmaWxlVVJMVG9QYXRoIH0gZnJvbSAnbm9kZTp1cmwnO1xuXG4vKiogVGhlIHJvb3Qgb2YgdGhlIHJlcG9zaXRvcnksIHdpdGggYSBzbGFzaCBhdCBpdHMgZW5kLiAqL1xuZXhwb3J0IGNvbnN0IHJvb3QgPSBmaWxlVVJMVG9QYXRoKG5ldyBVUkwoJy4uLy4uJywgaW1wb3J0Lm1ldGEudXJsKSk7XG5leHBvcnQgY29uc3Qgc2l0ZSA9IGAke3Jvb3R9c2l0ZS9gO1xuLyoqIFdoYXQgVml0ZVByZXNzIHJlYWRzOiBtYWRlIGFuZXcgYnkgZWFjaCBidWlsZCwgYW5kIG5ldmVyIGVkaXRlZC4gKi9cbmV4cG9ydCBjb25zdCBwYWdlc0ZvbGRlciA9IGAke3NpdGV9LmNhY2hlL3BhZ2VzL2A7XG5cbmNvbnN0IG5hbWVkID0gKGZvbGRlciwgZW5kaW5nKSA9PlxuICByZWFkZGlyU3luYyhyb290ICsgZm9sZGVyKVxuICAgIC5maWx0ZXIoKG5hbWUpID0+IG5hbWUuZW5kc1dpdGgoZW5kaW5nKSlcbiAgICAuc29ydCgpO1xuXG4vKiogRmlsZXMgdGhhdCBhcmUgc2VydmVkIGFzIHRoZXkgYXJlLiAqL1xuZXhwb3J0IGNvbnN0IHB1YmxpY0ZvbGRlciA9IGAke3NpdGV9LmNhY2hlL3B1YmxpYy9gO1xuXG4vKiogVGhlIHNlY3Rpb25zIG9mIHRoZSB0dXRvcmlhbCwgYXMgYDEtdGFza3NgLiAqL1xuZXhwb3J0IGNvbnN0IGxlc3NvbnMgPSBuYW1lZCgnZXhhbXBsZXMvdHV0b3JpYWwnLCAnLnRzJylcbiAgLmZpbHRlcigobmFtZSkgPT4gL15cXGQvLnRlc3QobmFtZSkpXG4gIC5tYXAoKG5hbWUpID0+IG5hbWUuc2xpY2UoMCwgLScudHMnLmxlbmd0aCkpO1xuXG5leHBvcnQgY29uc3QgZ3VpZGVzID0gbmFtZWQoJ2RvY3MvZ3VpZGVzJywgJy5tZCcpLm1hcCgobmFtZSkgPT4gbmFtZS5zbGljZSgwLCAtJy5tZCcubGVuZ3RoKSk7XG5leHBvcnQgY29uc3QgY29tcGFyaXNvbnMgPSBuYW1lZCgnZG9jcy9mcm9tJywgJy5tZCcpLm1hcCgobmFtZSkgPT4gbmFtZS5zbGljZSgwLCAtJy5tZCcubGVuZ3RoKSk7XG5leHBvcnQgY29uc3QgZGVjaXNpb25zID0gbmFtZWQoJ2RlY2lzaW9ucycsICcubWQnKS5tYXAoKG5hbWUpID0+IG5hbWUuc2xpY2UoMCwgLScubWQnLmxlbmd0aCkpO1xuXG4vKiogQSBmaWxlIG9mIHRoZSByZXBvc2l0b3J5LCBhbmQgdGhlIHBhZ2UgdGhhdCBpdCBiZWNvbWVzLiAqL1xuZXhwb3J0IGNvbnN0IHBhZ2VPZiA9IG5ldyBNYXAoW1xuICBbJ1JFQURNRS5tZCcsICdzdGFydC5tZCddLFxuICBbJ0FSQ0hJVEVDVFVSRS5tZCcsICdhcmNoaXRlY3R1cmUubWQnXSxcbiAgWydDT05UUklCVVRJTkcubWQnLCAnY29udHJpYnV0aW5nLm1kJ10sXG4gIFsnQ0hBTkdFTE9HLm1kJywgJ2NoYW5nZXMubWQnXSxcbiAgWydkb2NzL2Fzay1hYm91dC5tZCcsICdhc2stYWJvdXQubWQnXSxcbiAgWydkb2NzL2RpZmZlcmVuY2VzLm1kJywgJ2Zyb20vYXN5bmNpby1kaWZmZXJlbmNlcy5tZCddLFxuICBbJ2RvY3Mvcm9zZXR0YS5tZCcsICdmcm9tL2FzeW5jaW8ubWQnXSxcbiAgWydkb2NzL3BlcmZvcm1hbmNlLm1kJywgJ3BlcmZvcm1hbmNlLm1kJ10sXG4gIC4uLmd1aWRlcy5tYXAoKG5hbWUpID0+IFtgZG9jcy9ndWlkZXMvJHtuYW1lfS5tZGAsIGBndWlkZXMvJHtuYW1lfS5tZGBdKSxcbiAgLi4uY29tcGFyaXNvbnMubWFwKChuYW1lKSA9PiBbYGRvY3MvZnJvbS8ke25hbWV9Lm1kYCwgYGZyb20vJHtuYW1lfS5tZGBdKSxcbiAgLi4uZGVjaXNpb25zLm1hcCgobmFtZSkgPT4gW2BkZWNpc2lvbnMvJHtuYW1lfS5tZGAsIGBkZWNpc2lvbnMvJHtuYW1lfS5tZGBdKSxcbiAgLi4ubGVzc29ucy5tYXAoKG5hbWUpID0+IFtgZXhhbXBsZXMvdHV0b3JpYWwvJHtuYW1lfS50c2AsIGBsZWFybi8ke25hbWV9Lm1kYF0pLFxuXSk7XG5cbi8qKiBGb2xkZXJzIHRoYXQgYSBsaW5rIG1heSBuYW1lLiAqL1xuZXhwb3J0IGNvbnN0IHBhZ2VPZkZvbGRlciA9IG5ldyBNYXAoW1xuICBbJ2V4YW1wbGVzL3R1dG9yaWFsJywgJ2xlYXJuL2luZGV4Lm1kJ10sXG4gIFsnZGVjaXNpb25zJywgJ2RlY2lzaW9ucy9pbmRleC5tZCddLFxuXSk7XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS90b29sc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlL3Rvb2xzL3RpdGxlcy5tanNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvc2l0ZS9zaXRlL3Rvb2xzL3RpdGxlcy5tanNcIjsvKiogV2hhdCBhIGZpbGUgb2YgdGhlIHJlcG9zaXRvcnkgaXMgY2FsbGVkIGluIG1lbnVzLiAqL1xuaW1wb3J0IHsgcmVhZEZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgeyByb290IH0gZnJvbSAnLi9zb3VyY2VzLm1qcyc7XG5cbmV4cG9ydCBmdW5jdGlvbiB0aXRsZU9mKGZpbGUpIHtcbiAgY29uc3QgdGV4dCA9IHJlYWRGaWxlU3luYyhyb290ICsgZmlsZSwgJ3V0ZjgnKTtcbiAgY29uc3QgdGl0bGUgPSBmaWxlLmVuZHNXaXRoKCcudHMnKVxuICAgID8gL15leHBvcnQgY29uc3QgdGl0bGUgPSAnXFxkK1xcLiAoLiopJzskL20uZXhlYyh0ZXh0KT8uWzFdXG4gICAgOiAvXiMgKC4qKSQvbS5leGVjKHRleHQpPy5bMV07XG4gIGlmICh0aXRsZSA9PT0gdW5kZWZpbmVkKSB0aHJvdyBuZXcgRXJyb3IoYCR7ZmlsZX0gaGFzIG5vIHRpdGxlLmApO1xuICByZXR1cm4gdGl0bGUucmVwbGFjZSgvXihcXGQrKVxcLiAvLCAnJDEgXHUwMEI3ICcpO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9zaXRlL3NpdGUvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlLy52aXRlcHJlc3MvbWVudXMudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvc2l0ZS9zaXRlLy52aXRlcHJlc3MvbWVudXMudHNcIjsvKiogVGhlIG1lbnVzLCBtYWRlIG9mIHdoYXQgaXMgdGhlcmU6IGEgbmV3IGd1aWRlIGFwcGVhcnMgaW4gdGhlbSBieSBpdHNlbGYuICovXG5pbXBvcnQgeyBhcGlNZW51IH0gZnJvbSAnLi4vdG9vbHMvYXBpLm1qcyc7XG5pbXBvcnQgeyBjb21wYXJpc29ucywgZGVjaXNpb25zLCBndWlkZXMsIGxlc3NvbnMgfSBmcm9tICcuLi90b29scy9zb3VyY2VzLm1qcyc7XG5pbXBvcnQgeyB0aXRsZU9mIH0gZnJvbSAnLi4vdG9vbHMvdGl0bGVzLm1qcyc7XG5cbmludGVyZmFjZSBFbnRyeSB7XG4gIHRleHQ6IHN0cmluZztcbiAgbGluaz86IHN0cmluZztcbiAgaXRlbXM/OiBFbnRyeVtdO1xuICBjb2xsYXBzZWQ/OiBib29sZWFuO1xufVxuXG4vKiogVGhlIGd1aWRlcyB0aGF0IGFyZSByZWFkIGZpcnN0LiBUaGUgb3RoZXJzIGZvbGxvdyBieSB0aGVpciBuYW1lcy4gKi9cbmNvbnN0IGZpcnN0R3VpZGVzID0gW1xuICAnZ2VuZXJhdG9ycy1vci1hc3luYycsXG4gICdjYW5jZWxsYXRpb24nLFxuICAnc3RydWN0dXJlZC1jb25jdXJyZW5jeScsXG4gICdhc3luYy1mdW5jdGlvbnMnLFxuICAnYmxvY2tpbmctd29yaycsXG4gICd0ZXN0aW5nJyxcbiAgJ2RlYnVnZ2luZycsXG5dO1xuXG5jb25zdCBieU9yZGVyID0gKG5hbWVzOiBzdHJpbmdbXSwgZmlyc3Q6IHN0cmluZ1tdKTogc3RyaW5nW10gPT4gW1xuICAuLi5maXJzdC5maWx0ZXIoKG5hbWUpID0+IG5hbWVzLmluY2x1ZGVzKG5hbWUpKSxcbiAgLi4ubmFtZXMuZmlsdGVyKChuYW1lKSA9PiAhZmlyc3QuaW5jbHVkZXMobmFtZSkpLFxuXTtcblxuY29uc3QgbGVhcm46IEVudHJ5W10gPSBbXG4gIHsgdGV4dDogJ1RoZSBlaWdodCBsZXNzb25zJywgbGluazogJy9sZWFybi8nIH0sXG4gIC4uLmxlc3NvbnMubWFwKChuYW1lKSA9PiAoe1xuICAgIHRleHQ6IHRpdGxlT2YoYGV4YW1wbGVzL3R1dG9yaWFsLyR7bmFtZX0udHNgKSxcbiAgICBsaW5rOiBgL2xlYXJuLyR7bmFtZX1gLFxuICB9KSksXG5dO1xuXG5jb25zdCBndWlkZTogRW50cnlbXSA9IFtcbiAgeyB0ZXh0OiAnU3RhcnQgaGVyZScsIGxpbms6ICcvc3RhcnQnIH0sXG4gIHsgdGV4dDogJ0FzayBhYm91dCcsIGxpbms6ICcvYXNrLWFib3V0JyB9LFxuICAuLi5ieU9yZGVyKGd1aWRlcywgZmlyc3RHdWlkZXMpLm1hcCgobmFtZSkgPT4gKHtcbiAgICB0ZXh0OiB0aXRsZU9mKGBkb2NzL2d1aWRlcy8ke25hbWV9Lm1kYCksXG4gICAgbGluazogYC9ndWlkZXMvJHtuYW1lfWAsXG4gIH0pKSxcbl07XG5cbmNvbnN0IGZyb206IEVudHJ5W10gPSBbXG4gIHsgdGV4dDogJ0Zyb20gYXN5bmNpbycsIGxpbms6ICcvZnJvbS9hc3luY2lvJyB9LFxuICB7IHRleHQ6ICdXaGF0IGRpZmZlcnMgZnJvbSBhc3luY2lvJywgbGluazogJy9mcm9tL2FzeW5jaW8tZGlmZmVyZW5jZXMnIH0sXG4gIC4uLmJ5T3JkZXIoY29tcGFyaXNvbnMsIFsncHJvbWlzZXMnXSkubWFwKChuYW1lKSA9PiAoe1xuICAgIHRleHQ6IHRpdGxlT2YoYGRvY3MvZnJvbS8ke25hbWV9Lm1kYCksXG4gICAgbGluazogYC9mcm9tLyR7bmFtZX1gLFxuICB9KSksXG5dO1xuXG5jb25zdCBhYm91dDogRW50cnlbXSA9IFtcbiAgeyB0ZXh0OiAnUGVyZm9ybWFuY2UnLCBsaW5rOiAnL3BlcmZvcm1hbmNlJyB9LFxuICB7IHRleHQ6ICdBcmNoaXRlY3R1cmUnLCBsaW5rOiAnL2FyY2hpdGVjdHVyZScgfSxcbiAgeyB0ZXh0OiAnR2xvc3NhcnknLCBsaW5rOiAnL2dsb3NzYXJ5JyB9LFxuICB7IHRleHQ6ICdDaGFuZ2VzJywgbGluazogJy9jaGFuZ2VzJyB9LFxuICB7IHRleHQ6ICdDb250cmlidXRpbmcnLCBsaW5rOiAnL2NvbnRyaWJ1dGluZycgfSxcbiAge1xuICAgIHRleHQ6ICdEZWNpc2lvbnMnLFxuICAgIGxpbms6ICcvZGVjaXNpb25zLycsXG4gICAgY29sbGFwc2VkOiB0cnVlLFxuICAgIGl0ZW1zOiBkZWNpc2lvbnMubWFwKChuYW1lKSA9PiAoe1xuICAgICAgdGV4dDogdGl0bGVPZihgZGVjaXNpb25zLyR7bmFtZX0ubWRgKSxcbiAgICAgIGxpbms6IGAvZGVjaXNpb25zLyR7bmFtZX1gLFxuICAgIH0pKSxcbiAgfSxcbl07XG5cbmNvbnN0IGFwaTogRW50cnlbXSA9IGFwaU1lbnUoKTtcblxuZXhwb3J0IGNvbnN0IG5hdjogRW50cnlbXSA9IFtcbiAgeyB0ZXh0OiAnTGVhcm4nLCBsaW5rOiAnL2xlYXJuLycgfSxcbiAgeyB0ZXh0OiAnR3VpZGVzJywgbGluazogJy9zdGFydCcgfSxcbiAgeyB0ZXh0OiAnQVBJJywgbGluazogJy9hcGkvJyB9LFxuICB7IHRleHQ6ICdQbGF5Z3JvdW5kJywgbGluazogJy9wbGF5Z3JvdW5kJyB9LFxuICB7IHRleHQ6ICdGcm9tIFx1MjAyNicsIGl0ZW1zOiBmcm9tIH0sXG4gIHsgdGV4dDogJ0Fib3V0JywgaXRlbXM6IGFib3V0Lm1hcCgoeyB0ZXh0LCBsaW5rIH0pID0+ICh7IHRleHQsIGxpbms6IGxpbmsgPz8gJycgfSkpIH0sXG5dO1xuXG5leHBvcnQgY29uc3Qgc2lkZWJhcjogUmVjb3JkPHN0cmluZywgRW50cnlbXT4gPSB7XG4gICcvYXBpLyc6IGFwaSxcbiAgJy9mcm9tLyc6IFt7IHRleHQ6ICdGcm9tIFx1MjAyNicsIGl0ZW1zOiBmcm9tIH1dLFxuICAnLyc6IFtcbiAgICB7IHRleHQ6ICdMZWFybicsIGxpbms6ICcvbGVhcm4vJywgaXRlbXM6IGxlYXJuLCBjb2xsYXBzZWQ6IGZhbHNlIH0sXG4gICAgeyB0ZXh0OiAnR3VpZGVzJywgaXRlbXM6IGd1aWRlIH0sXG4gICAgeyB0ZXh0OiAnRnJvbSBcdTIwMjYnLCBsaW5rOiAnL2Zyb20vYXN5bmNpbycsIGl0ZW1zOiBmcm9tLCBjb2xsYXBzZWQ6IHRydWUgfSxcbiAgICB7IHRleHQ6ICdBYm91dCcsIGxpbms6ICcvcGVyZm9ybWFuY2UnLCBpdGVtczogYWJvdXQsIGNvbGxhcHNlZDogdHJ1ZSB9LFxuICBdLFxufTtcbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvc2l0ZS9zaXRlLy52aXRlcHJlc3MvdGhlbWVcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS8udml0ZXByZXNzL3RoZW1lL2NvZGUtY29sb3Vycy50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9zaXRlL3NpdGUvLnZpdGVwcmVzcy90aGVtZS9jb2RlLWNvbG91cnMudHNcIjsvKiogVGhlIGNvbG91cnMgb2YgY29kZTogZmV3LCBxdWlldCwgYW5kIGRhcmsgb3IgbGlnaHQgZW5vdWdoIG9uIHRoZWlyIGdyb3VuZCAoNC41IHRvIDEsIGFuZCBtb3JlKS4gKi9cbmltcG9ydCB0eXBlIHsgVGhlbWVSZWdpc3RyYXRpb24gfSBmcm9tICdzaGlraSc7XG5cbmludGVyZmFjZSBDb2xvdXJzIHtcbiAgcmVhZG9ubHkgZ3JvdW5kOiBzdHJpbmc7XG4gIHJlYWRvbmx5IHRleHQ6IHN0cmluZztcbiAgcmVhZG9ubHkgY29tbWVudDogc3RyaW5nO1xuICByZWFkb25seSBrZXl3b3JkOiBzdHJpbmc7XG4gIHJlYWRvbmx5IHN0cmluZzogc3RyaW5nO1xuICByZWFkb25seSBudW1iZXI6IHN0cmluZztcbiAgcmVhZG9ubHkgY2FsbDogc3RyaW5nO1xuICByZWFkb25seSB0eXBlOiBzdHJpbmc7XG59XG5cbmZ1bmN0aW9uIHRoZW1lKG5hbWU6IHN0cmluZywgdHlwZTogJ2xpZ2h0JyB8ICdkYXJrJywgY29sb3VyczogQ29sb3Vycyk6IFRoZW1lUmVnaXN0cmF0aW9uIHtcbiAgY29uc3QgcnVsZSA9IChmb3JlZ3JvdW5kOiBzdHJpbmcsIC4uLnNjb3BlOiBzdHJpbmdbXSkgPT4gKHsgc2NvcGUsIHNldHRpbmdzOiB7IGZvcmVncm91bmQgfSB9KTtcbiAgcmV0dXJuIHtcbiAgICBuYW1lLFxuICAgIHR5cGUsXG4gICAgY29sb3JzOiB7ICdlZGl0b3IuYmFja2dyb3VuZCc6IGNvbG91cnMuZ3JvdW5kLCAnZWRpdG9yLmZvcmVncm91bmQnOiBjb2xvdXJzLnRleHQgfSxcbiAgICBzZXR0aW5nczogW1xuICAgICAgeyBzZXR0aW5nczogeyBmb3JlZ3JvdW5kOiBjb2xvdXJzLnRleHQsIGJhY2tncm91bmQ6IGNvbG91cnMuZ3JvdW5kIH0gfSxcbiAgICAgIHJ1bGUoY29sb3Vycy5jb21tZW50LCAnY29tbWVudCcsICdwdW5jdHVhdGlvbi5kZWZpbml0aW9uLmNvbW1lbnQnKSxcbiAgICAgIHJ1bGUoY29sb3Vycy5rZXl3b3JkLCAna2V5d29yZCcsICdzdG9yYWdlJywgJ2NvbnN0YW50Lmxhbmd1YWdlJywgJ3ZhcmlhYmxlLmxhbmd1YWdlJyksXG4gICAgICBydWxlKGNvbG91cnMudGV4dCwgJ2tleXdvcmQub3BlcmF0b3IuYXNzaWdubWVudCcsICdzdG9yYWdlLnR5cGUuZnVuY3Rpb24uYXJyb3cnKSxcbiAgICAgIHJ1bGUoY29sb3Vycy5zdHJpbmcsICdzdHJpbmcnLCAnY29uc3RhbnQuY2hhcmFjdGVyLmVzY2FwZScsICdzdHJpbmcucmVnZXhwJyksXG4gICAgICBydWxlKGNvbG91cnMubnVtYmVyLCAnY29uc3RhbnQubnVtZXJpYycpLFxuICAgICAgcnVsZShjb2xvdXJzLmNhbGwsICdlbnRpdHkubmFtZS5mdW5jdGlvbicsICdzdXBwb3J0LmZ1bmN0aW9uJyksXG4gICAgICBydWxlKGNvbG91cnMudHlwZSwgJ2VudGl0eS5uYW1lLnR5cGUnLCAnc3VwcG9ydC50eXBlJywgJ3N1cHBvcnQuY2xhc3MnLCAnZW50aXR5Lm5hbWUuY2xhc3MnKSxcbiAgICBdLFxuICB9O1xufVxuXG5leHBvcnQgY29uc3QgbGlnaHRUaGVtZSA9IHRoZW1lKCdza2Vpbi1saWdodCcsICdsaWdodCcsIHtcbiAgZ3JvdW5kOiAnI2ZmZmRmOScsXG4gIHRleHQ6ICcjMmIyYTMzJyxcbiAgY29tbWVudDogJyM2NjYzNWMnLFxuICBrZXl3b3JkOiAnIzhhMmY1ZCcsXG4gIHN0cmluZzogJyMyZjZiM2InLFxuICBudW1iZXI6ICcjOTQ1MDFhJyxcbiAgY2FsbDogJyMyZDRmOWUnLFxuICB0eXBlOiAnIzFkNmE3MicsXG59KTtcblxuZXhwb3J0IGNvbnN0IGRhcmtUaGVtZSA9IHRoZW1lKCdza2Vpbi1kYXJrJywgJ2RhcmsnLCB7XG4gIGdyb3VuZDogJyMxYjFkMjYnLFxuICB0ZXh0OiAnI2U0ZTFkOCcsXG4gIGNvbW1lbnQ6ICcjOWM5YTk0JyxcbiAga2V5d29yZDogJyNmMmEzYzcnLFxuICBzdHJpbmc6ICcjYTVkNmEwJyxcbiAgbnVtYmVyOiAnI2YwYmQ4YScsXG4gIGNhbGw6ICcjOWRiY2Y3JyxcbiAgdHlwZTogJyM4NGQzZDgnLFxufSk7XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L3NpdGUvc2l0ZS8udml0ZXByZXNzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay93dC9zaXRlL3NpdGUvLnZpdGVwcmVzcy90eXBlcy1vbi1ob3Zlci50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9zaXRlL3NpdGUvLnZpdGVwcmVzcy90eXBlcy1vbi1ob3Zlci50c1wiOy8qKlxuICogVHlwZXMgb24gaG92ZXIsIHdvcmtlZCBvdXQgd2hlbiB0aGUgc2l0ZSBpcyBidWlsdC4gRWFjaCBuYW1lIGhhcyBpdHMgdHlwZSBvbmNlIGluIGFuIGV4YW1wbGU6IGEgcG9wdXAgZm9yIGVhY2ggb2NjdXJyZW5jZSBtYWtlcyBwYWdlcyBzb1xuICogbGFyZ2UgdGhhdCB0aGUgYnVpbGQgdGFrZXMgbWludXRlcy5cbiAqL1xuaW1wb3J0IHsgY3JlYXRlVHJhbnNmb3JtZXJGYWN0b3J5LCByZW5kZXJlclJpY2ggfSBmcm9tICdAc2hpa2lqcy90d29zbGFzaC9jb3JlJztcbmltcG9ydCB7IGNyZWF0ZUZpbGVTeXN0ZW1UeXBlc0NhY2hlIH0gZnJvbSAnQHNoaWtpanMvdml0ZXByZXNzLXR3b3NsYXNoL2NhY2hlLWZzJztcbmltcG9ydCB0eXBlIHsgU2hpa2lUcmFuc2Zvcm1lciB9IGZyb20gJ3NoaWtpJztcbmltcG9ydCB7IGNyZWF0ZVR3b3NsYXNoZXIsIHR5cGUgVHdvc2xhc2hSZXR1cm4gfSBmcm9tICd0d29zbGFzaCc7XG5pbXBvcnQgeyByb290LCBzaXRlIH0gZnJvbSAnLi4vdG9vbHMvc291cmNlcy5tanMnO1xuXG5jb25zdCB0eXBlcyA9IChuYW1lOiBzdHJpbmcpID0+IFtgJHtyb290fWRpc3QvJHtuYW1lfS5kLnRzYF07XG5cbmNvbnN0IGNvbXBpbGVyT3B0aW9ucyA9IHtcbiAgdGFyZ2V0OiA5LFxuICBsaWI6IFsnZXMyMDIzJywgJ2VzbmV4dC5kaXNwb3NhYmxlJywgJ2RvbScsICdkb20uaXRlcmFibGUnXS5tYXAoKG5hbWUpID0+IGBsaWIuJHtuYW1lfS5kLnRzYCksXG4gIG1vZHVsZTogOTksXG4gIG1vZHVsZVJlc29sdXRpb246IDEwMCxcbiAgbW9kdWxlRGV0ZWN0aW9uOiAzLFxuICBzdHJpY3Q6IHRydWUsXG4gIGV4YWN0T3B0aW9uYWxQcm9wZXJ0eVR5cGVzOiB0cnVlLFxuICBub1VuY2hlY2tlZEluZGV4ZWRBY2Nlc3M6IHRydWUsXG4gIHNraXBMaWJDaGVjazogdHJ1ZSxcbiAgdHlwZXM6IFsnbm9kZSddLFxuICB0eXBlUm9vdHM6IFtgJHtyb290fW5vZGVfbW9kdWxlcy9AdHlwZXNgXSxcbiAgcGF0aHM6IHtcbiAgICBza2VpbjogdHlwZXMoJ2luZGV4JyksXG4gICAgJ3NrZWluL2RlYnVnJzogdHlwZXMoJ2RlYnVnJyksXG4gICAgJ3NrZWluL2V4ZWN1dG9ycyc6IHR5cGVzKCdleGVjdXRvcnMvaW5kZXgnKSxcbiAgICAnc2tlaW4vZXhlY3V0b3JzL3dvcmtlcic6IHR5cGVzKCdleGVjdXRvcnMvd29ya2VyJyksXG4gICAgJ3NrZWluL2NsdXN0ZXInOiB0eXBlcygnY2x1c3Rlci9pbmRleCcpLFxuICAgICdza2Vpbi9pbnNwZWN0JzogdHlwZXMoJ2luc3BlY3QvaW5kZXgnKSxcbiAgICAnc2tlaW4vdGVzdGluZyc6IHR5cGVzKCd0ZXN0aW5nL2luZGV4JyksXG4gICAgJ3NrZWluL3Rlc3RpbmcvZmFzdC1jaGVjayc6IHR5cGVzKCd0ZXN0aW5nL2Zhc3QtY2hlY2svaW5kZXgnKSxcbiAgICAnc2tlaW4vdHJhbnNmb3JtJzogdHlwZXMoJ3RyYW5zZm9ybS9pbmRleCcpLFxuICB9LFxufTtcblxuLyoqIFRoZSBsb25nZXN0IHR5cGUgdGhhdCBpcyBvZiB1c2UgaW4gYSBwb3B1cC4gKi9cbmNvbnN0IGxvbmdlc3RUeXBlID0gNjAwO1xuXG5leHBvcnQgZnVuY3Rpb24gdHlwZXNPbkhvdmVyKCk6IFNoaWtpVHJhbnNmb3JtZXIge1xuICBjb25zdCB0d29zbGFzaGVyID0gY3JlYXRlVHdvc2xhc2hlcih7IGNvbXBpbGVyT3B0aW9ucyB9KTtcbiAgLy8gVGhlIGV4YW1wbGVzIGFyZSB0eXBlLWNoZWNrZWQgYnkgYG5wbSBydW4gdHlwZXNgLCB3aXRoIHRoZSBjb21waWxlciBvZiB0aGUgcm9vdC5cbiAgY29uc3Qgb3B0aW9ucyA9IHsgaGFuZGJvb2tPcHRpb25zOiB7IG5vRXJyb3JzOiB0cnVlIH0gfTtcbiAgY29uc3QgdHJhbnNmb3JtZXIgPSBjcmVhdGVUcmFuc2Zvcm1lckZhY3RvcnkoKGNvZGUsIGV4dGVuc2lvbikgPT5cbiAgICBvbmNlRWFjaCh0d29zbGFzaGVyKGNvZGUsIGV4dGVuc2lvbiwgb3B0aW9ucykpLFxuICApKHtcbiAgICByZW5kZXJlcjogcmVuZGVyZXJSaWNoKHsganNkb2M6IGZhbHNlLCBoYXN0OiB7IGhvdmVyVG9rZW46IHsgdGFnTmFtZTogJ3NwYW4nIH0gfSB9KSxcbiAgICBleHBsaWNpdFRyaWdnZXI6IHRydWUsXG4gICAgbGFuZ3M6IFsndHMnXSxcbiAgICB0eXBlc0NhY2hlOiBjcmVhdGVGaWxlU3lzdGVtVHlwZXNDYWNoZSh7IGRpcjogYCR7c2l0ZX0uY2FjaGUvdHdvc2xhc2hgIH0pLFxuICB9KTtcbiAgcmV0dXJuIHRyYW5zZm9ybWVyIGFzIHVua25vd24gYXMgU2hpa2lUcmFuc2Zvcm1lcjtcbn1cblxuZnVuY3Rpb24gb25jZUVhY2gocmVzdWx0OiBUd29zbGFzaFJldHVybik6IFR3b3NsYXNoUmV0dXJuIHtcbiAgY29uc3Qgc2VlbiA9IG5ldyBTZXQ8c3RyaW5nPigpO1xuICBjb25zdCBub2RlcyA9IHJlc3VsdC5ub2Rlcy5maWx0ZXIoKG5vZGUpID0+IHtcbiAgICBpZiAobm9kZS50eXBlICE9PSAnaG92ZXInKSByZXR1cm4gdHJ1ZTtcbiAgICBpZiAoc2Vlbi5oYXMobm9kZS50YXJnZXQpIHx8IC9cXGJhbnkkLy50ZXN0KG5vZGUudGV4dCkpIHJldHVybiBmYWxzZTtcbiAgICBzZWVuLmFkZChub2RlLnRhcmdldCk7XG4gICAgaWYgKG5vZGUudGV4dC5sZW5ndGggPiBsb25nZXN0VHlwZSkgbm9kZS50ZXh0ID0gYCR7bm9kZS50ZXh0LnNsaWNlKDAsIGxvbmdlc3RUeXBlKX1cdTIwMjZgO1xuICAgIHJldHVybiB0cnVlO1xuICB9KTtcbiAgcmV0dXJuIHsgLi4ucmVzdWx0LCBub2RlcyB9O1xufVxuIl0sCiAgIm1hcHBpbmdzIjogIjtBQUNBLFNBQVMsZ0JBQUFBLHFCQUFvQjtBQUM3QixTQUFTLG9CQUFvQjs7O0FDQ3RCLFNBQVMsWUFBWSxJQUFJO0FBQzlCLFFBQU0sUUFBUSxHQUFHLFNBQVMsTUFBTTtBQUNoQyxLQUFHLFNBQVMsTUFBTSxRQUFRLENBQUMsUUFBUSxPQUFPLFNBQVMsS0FBSyxTQUFTO0FBQy9ELFVBQU0sUUFBUSxPQUFPLEtBQUs7QUFDMUIsVUFBTSxPQUFPLE1BQU0sUUFBUSxPQUFPLFNBQVMsS0FBSyxJQUFJO0FBQ3BELFFBQUksQ0FBQyxXQUFXLEtBQUssTUFBTSxJQUFJLEVBQUcsUUFBTztBQUN6QyxXQUFPLGVBQWUsbUJBQW1CLE1BQU0sT0FBTyxDQUFDLEtBQUssSUFBSTtBQUFBLEVBQ2xFO0FBQ0Y7OztBQ1RBLFNBQVMsV0FBVyxlQUFBQyxjQUFhLGNBQWMsUUFBUSxxQkFBcUI7OztBQ0Q1RSxTQUFTLG1CQUFtQjtBQUM1QixTQUFTLHFCQUFxQjtBQUZ1SCxJQUFNLDJDQUEyQztBQUsvTCxJQUFNLE9BQU8sY0FBYyxJQUFJLElBQUksU0FBUyx3Q0FBZSxDQUFDO0FBQzVELElBQU0sT0FBTyxHQUFHLElBQUk7QUFFcEIsSUFBTSxjQUFjLEdBQUcsSUFBSTtBQUVsQyxJQUFNLFFBQVEsQ0FBQ0MsU0FBUSxXQUNyQixZQUFZLE9BQU9BLE9BQU0sRUFDdEIsT0FBTyxDQUFDLFNBQVMsS0FBSyxTQUFTLE1BQU0sQ0FBQyxFQUN0QyxLQUFLO0FBR0gsSUFBTSxlQUFlLEdBQUcsSUFBSTtBQUc1QixJQUFNLFVBQVUsTUFBTSxxQkFBcUIsS0FBSyxFQUNwRCxPQUFPLENBQUMsU0FBUyxNQUFNLEtBQUssSUFBSSxDQUFDLEVBQ2pDLElBQUksQ0FBQyxTQUFTLEtBQUssTUFBTSxHQUFHLENBQUMsTUFBTSxNQUFNLENBQUM7QUFFdEMsSUFBTSxTQUFTLE1BQU0sZUFBZSxLQUFLLEVBQUUsSUFBSSxDQUFDLFNBQVMsS0FBSyxNQUFNLEdBQUcsQ0FBQyxNQUFNLE1BQU0sQ0FBQztBQUNyRixJQUFNLGNBQWMsTUFBTSxhQUFhLEtBQUssRUFBRSxJQUFJLENBQUMsU0FBUyxLQUFLLE1BQU0sR0FBRyxDQUFDLE1BQU0sTUFBTSxDQUFDO0FBQ3hGLElBQU0sWUFBWSxNQUFNLGFBQWEsS0FBSyxFQUFFLElBQUksQ0FBQyxTQUFTLEtBQUssTUFBTSxHQUFHLENBQUMsTUFBTSxNQUFNLENBQUM7QUFHdEYsSUFBTSxTQUFTLElBQUksSUFBSTtBQUFBLEVBQzVCLENBQUMsYUFBYSxVQUFVO0FBQUEsRUFDeEIsQ0FBQyxtQkFBbUIsaUJBQWlCO0FBQUEsRUFDckMsQ0FBQyxtQkFBbUIsaUJBQWlCO0FBQUEsRUFDckMsQ0FBQyxnQkFBZ0IsWUFBWTtBQUFBLEVBQzdCLENBQUMscUJBQXFCLGNBQWM7QUFBQSxFQUNwQyxDQUFDLHVCQUF1Qiw2QkFBNkI7QUFBQSxFQUNyRCxDQUFDLG1CQUFtQixpQkFBaUI7QUFBQSxFQUNyQyxDQUFDLHVCQUF1QixnQkFBZ0I7QUFBQSxFQUN4QyxHQUFHLE9BQU8sSUFBSSxDQUFDLFNBQVMsQ0FBQyxlQUFlLElBQUksT0FBTyxVQUFVLElBQUksS0FBSyxDQUFDO0FBQUEsRUFDdkUsR0FBRyxZQUFZLElBQUksQ0FBQyxTQUFTLENBQUMsYUFBYSxJQUFJLE9BQU8sUUFBUSxJQUFJLEtBQUssQ0FBQztBQUFBLEVBQ3hFLEdBQUcsVUFBVSxJQUFJLENBQUMsU0FBUyxDQUFDLGFBQWEsSUFBSSxPQUFPLGFBQWEsSUFBSSxLQUFLLENBQUM7QUFBQSxFQUMzRSxHQUFHLFFBQVEsSUFBSSxDQUFDLFNBQVMsQ0FBQyxxQkFBcUIsSUFBSSxPQUFPLFNBQVMsSUFBSSxLQUFLLENBQUM7QUFDL0UsQ0FBQzs7O0FEakNELElBQU0sU0FBUyxHQUFHLElBQUk7QUFDdEIsSUFBTSxNQUFNLEdBQUcsV0FBVztBQUcxQixJQUFNLFFBQVEsT0FBTyxRQUFRLEtBQUssTUFBTSxhQUFhLEdBQUcsSUFBSSxnQkFBZ0IsTUFBTSxDQUFDLEVBQUUsT0FBTyxFQUN6RixPQUFPLENBQUMsQ0FBQyxFQUFFLEVBQUUsT0FBQUMsT0FBTSxDQUFDLE1BQU1BLFdBQVUsTUFBUyxFQUU3QyxPQUFPLENBQUMsQ0FBQyxJQUFJLE1BQU0sU0FBUyxvQkFBb0IsRUFDaEQsSUFBSSxDQUFDLENBQUMsTUFBTSxFQUFFLE9BQUFBLE9BQU0sQ0FBQyxPQUFPLEVBQUUsTUFBTSxLQUFLLFFBQVEsS0FBSyxPQUFPLEdBQUcsT0FBQUEsT0FBTSxFQUFFO0FBK0RwRSxTQUFTLFVBQVU7QUFDeEIsU0FBTyxNQUFNLElBQUksQ0FBQyxFQUFFLEtBQUssT0FBTztBQUFBLElBQzlCLE1BQU07QUFBQSxJQUNOLE1BQU0sUUFBUSxJQUFJO0FBQUEsSUFDbEIsV0FBVyxTQUFTO0FBQUEsSUFDcEIsT0FBTyxXQUFXLElBQUk7QUFBQSxFQUN4QixFQUFFO0FBQ0o7QUFFQSxTQUFTLFdBQVcsTUFBTTtBQUN4QixRQUFNLFFBQVEsQ0FBQyxhQUFhLFdBQVcsY0FBYyxnQkFBZ0IsV0FBVztBQUNoRixTQUFPLE1BQU0sUUFBUSxDQUFDLFNBQVM7QUFDN0IsVUFBTSxRQUFRLFFBQVEsR0FBRyxHQUFHLElBQUksSUFBSSxJQUFJLElBQUksRUFBRTtBQUM5QyxXQUFPLE1BQU0sSUFBSSxDQUFDLFVBQVUsRUFBRSxNQUFNLE1BQU0sTUFBTSxRQUFRLElBQUksSUFBSSxJQUFJLElBQUksSUFBSSxHQUFHLEVBQUU7QUFBQSxFQUNuRixDQUFDO0FBQ0g7QUFFQSxTQUFTLFFBQVEsTUFBTTtBQUNyQixNQUFJO0FBQ0YsV0FBT0MsYUFBWSxJQUFJLEVBQ3BCLE9BQU8sQ0FBQyxTQUFTLEtBQUssU0FBUyxLQUFLLENBQUMsRUFDckMsSUFBSSxDQUFDLFNBQVMsS0FBSyxNQUFNLEdBQUcsQ0FBQyxNQUFNLE1BQU0sQ0FBQyxFQUMxQyxLQUFLO0FBQUEsRUFDVixRQUFRO0FBQ04sV0FBTyxDQUFDO0FBQUEsRUFDVjtBQUNGOzs7QUV4R0EsU0FBUyxnQkFBQUMscUJBQW9CO0FBR3RCLFNBQVMsUUFBUSxNQUFNO0FBQzVCLFFBQU0sT0FBT0MsY0FBYSxPQUFPLE1BQU0sTUFBTTtBQUM3QyxRQUFNLFFBQVEsS0FBSyxTQUFTLEtBQUssSUFDN0Isd0NBQXdDLEtBQUssSUFBSSxJQUFJLENBQUMsSUFDdEQsWUFBWSxLQUFLLElBQUksSUFBSSxDQUFDO0FBQzlCLE1BQUksVUFBVSxPQUFXLE9BQU0sSUFBSSxNQUFNLEdBQUcsSUFBSSxnQkFBZ0I7QUFDaEUsU0FBTyxNQUFNLFFBQVEsYUFBYSxVQUFPO0FBQzNDOzs7QUNFQSxJQUFNLGNBQWM7QUFBQSxFQUNsQjtBQUFBLEVBQ0E7QUFBQSxFQUNBO0FBQUEsRUFDQTtBQUFBLEVBQ0E7QUFBQSxFQUNBO0FBQUEsRUFDQTtBQUNGO0FBRUEsSUFBTSxVQUFVLENBQUMsT0FBaUIsVUFBOEI7QUFBQSxFQUM5RCxHQUFHLE1BQU0sT0FBTyxDQUFDLFNBQVMsTUFBTSxTQUFTLElBQUksQ0FBQztBQUFBLEVBQzlDLEdBQUcsTUFBTSxPQUFPLENBQUMsU0FBUyxDQUFDLE1BQU0sU0FBUyxJQUFJLENBQUM7QUFDakQ7QUFFQSxJQUFNLFFBQWlCO0FBQUEsRUFDckIsRUFBRSxNQUFNLHFCQUFxQixNQUFNLFVBQVU7QUFBQSxFQUM3QyxHQUFHLFFBQVEsSUFBSSxDQUFDLFVBQVU7QUFBQSxJQUN4QixNQUFNLFFBQVEscUJBQXFCLElBQUksS0FBSztBQUFBLElBQzVDLE1BQU0sVUFBVSxJQUFJO0FBQUEsRUFDdEIsRUFBRTtBQUNKO0FBRUEsSUFBTSxRQUFpQjtBQUFBLEVBQ3JCLEVBQUUsTUFBTSxjQUFjLE1BQU0sU0FBUztBQUFBLEVBQ3JDLEVBQUUsTUFBTSxhQUFhLE1BQU0sYUFBYTtBQUFBLEVBQ3hDLEdBQUcsUUFBUSxRQUFRLFdBQVcsRUFBRSxJQUFJLENBQUMsVUFBVTtBQUFBLElBQzdDLE1BQU0sUUFBUSxlQUFlLElBQUksS0FBSztBQUFBLElBQ3RDLE1BQU0sV0FBVyxJQUFJO0FBQUEsRUFDdkIsRUFBRTtBQUNKO0FBRUEsSUFBTSxPQUFnQjtBQUFBLEVBQ3BCLEVBQUUsTUFBTSxnQkFBZ0IsTUFBTSxnQkFBZ0I7QUFBQSxFQUM5QyxFQUFFLE1BQU0sNkJBQTZCLE1BQU0sNEJBQTRCO0FBQUEsRUFDdkUsR0FBRyxRQUFRLGFBQWEsQ0FBQyxVQUFVLENBQUMsRUFBRSxJQUFJLENBQUMsVUFBVTtBQUFBLElBQ25ELE1BQU0sUUFBUSxhQUFhLElBQUksS0FBSztBQUFBLElBQ3BDLE1BQU0sU0FBUyxJQUFJO0FBQUEsRUFDckIsRUFBRTtBQUNKO0FBRUEsSUFBTSxRQUFpQjtBQUFBLEVBQ3JCLEVBQUUsTUFBTSxlQUFlLE1BQU0sZUFBZTtBQUFBLEVBQzVDLEVBQUUsTUFBTSxnQkFBZ0IsTUFBTSxnQkFBZ0I7QUFBQSxFQUM5QyxFQUFFLE1BQU0sWUFBWSxNQUFNLFlBQVk7QUFBQSxFQUN0QyxFQUFFLE1BQU0sV0FBVyxNQUFNLFdBQVc7QUFBQSxFQUNwQyxFQUFFLE1BQU0sZ0JBQWdCLE1BQU0sZ0JBQWdCO0FBQUEsRUFDOUM7QUFBQSxJQUNFLE1BQU07QUFBQSxJQUNOLE1BQU07QUFBQSxJQUNOLFdBQVc7QUFBQSxJQUNYLE9BQU8sVUFBVSxJQUFJLENBQUMsVUFBVTtBQUFBLE1BQzlCLE1BQU0sUUFBUSxhQUFhLElBQUksS0FBSztBQUFBLE1BQ3BDLE1BQU0sY0FBYyxJQUFJO0FBQUEsSUFDMUIsRUFBRTtBQUFBLEVBQ0o7QUFDRjtBQUVBLElBQU0sTUFBZSxRQUFRO0FBRXRCLElBQU0sTUFBZTtBQUFBLEVBQzFCLEVBQUUsTUFBTSxTQUFTLE1BQU0sVUFBVTtBQUFBLEVBQ2pDLEVBQUUsTUFBTSxVQUFVLE1BQU0sU0FBUztBQUFBLEVBQ2pDLEVBQUUsTUFBTSxPQUFPLE1BQU0sUUFBUTtBQUFBLEVBQzdCLEVBQUUsTUFBTSxjQUFjLE1BQU0sY0FBYztBQUFBLEVBQzFDLEVBQUUsTUFBTSxlQUFVLE9BQU8sS0FBSztBQUFBLEVBQzlCLEVBQUUsTUFBTSxTQUFTLE9BQU8sTUFBTSxJQUFJLENBQUMsRUFBRSxNQUFNLEtBQUssT0FBTyxFQUFFLE1BQU0sTUFBTSxRQUFRLEdBQUcsRUFBRSxFQUFFO0FBQ3RGO0FBRU8sSUFBTSxVQUFtQztBQUFBLEVBQzlDLFNBQVM7QUFBQSxFQUNULFVBQVUsQ0FBQyxFQUFFLE1BQU0sZUFBVSxPQUFPLEtBQUssQ0FBQztBQUFBLEVBQzFDLEtBQUs7QUFBQSxJQUNILEVBQUUsTUFBTSxTQUFTLE1BQU0sV0FBVyxPQUFPLE9BQU8sV0FBVyxNQUFNO0FBQUEsSUFDakUsRUFBRSxNQUFNLFVBQVUsT0FBTyxNQUFNO0FBQUEsSUFDL0IsRUFBRSxNQUFNLGVBQVUsTUFBTSxpQkFBaUIsT0FBTyxNQUFNLFdBQVcsS0FBSztBQUFBLElBQ3RFLEVBQUUsTUFBTSxTQUFTLE1BQU0sZ0JBQWdCLE9BQU8sT0FBTyxXQUFXLEtBQUs7QUFBQSxFQUN2RTtBQUNGOzs7QUM3RUEsU0FBUyxNQUFNLE1BQWMsTUFBd0IsU0FBcUM7QUFDeEYsUUFBTSxPQUFPLENBQUMsZUFBdUIsV0FBcUIsRUFBRSxPQUFPLFVBQVUsRUFBRSxXQUFXLEVBQUU7QUFDNUYsU0FBTztBQUFBLElBQ0w7QUFBQSxJQUNBO0FBQUEsSUFDQSxRQUFRLEVBQUUscUJBQXFCLFFBQVEsUUFBUSxxQkFBcUIsUUFBUSxLQUFLO0FBQUEsSUFDakYsVUFBVTtBQUFBLE1BQ1IsRUFBRSxVQUFVLEVBQUUsWUFBWSxRQUFRLE1BQU0sWUFBWSxRQUFRLE9BQU8sRUFBRTtBQUFBLE1BQ3JFLEtBQUssUUFBUSxTQUFTLFdBQVcsZ0NBQWdDO0FBQUEsTUFDakUsS0FBSyxRQUFRLFNBQVMsV0FBVyxXQUFXLHFCQUFxQixtQkFBbUI7QUFBQSxNQUNwRixLQUFLLFFBQVEsTUFBTSwrQkFBK0IsNkJBQTZCO0FBQUEsTUFDL0UsS0FBSyxRQUFRLFFBQVEsVUFBVSw2QkFBNkIsZUFBZTtBQUFBLE1BQzNFLEtBQUssUUFBUSxRQUFRLGtCQUFrQjtBQUFBLE1BQ3ZDLEtBQUssUUFBUSxNQUFNLHdCQUF3QixrQkFBa0I7QUFBQSxNQUM3RCxLQUFLLFFBQVEsTUFBTSxvQkFBb0IsZ0JBQWdCLGlCQUFpQixtQkFBbUI7QUFBQSxJQUM3RjtBQUFBLEVBQ0Y7QUFDRjtBQUVPLElBQU0sYUFBYSxNQUFNLGVBQWUsU0FBUztBQUFBLEVBQ3RELFFBQVE7QUFBQSxFQUNSLE1BQU07QUFBQSxFQUNOLFNBQVM7QUFBQSxFQUNULFNBQVM7QUFBQSxFQUNULFFBQVE7QUFBQSxFQUNSLFFBQVE7QUFBQSxFQUNSLE1BQU07QUFBQSxFQUNOLE1BQU07QUFDUixDQUFDO0FBRU0sSUFBTSxZQUFZLE1BQU0sY0FBYyxRQUFRO0FBQUEsRUFDbkQsUUFBUTtBQUFBLEVBQ1IsTUFBTTtBQUFBLEVBQ04sU0FBUztBQUFBLEVBQ1QsU0FBUztBQUFBLEVBQ1QsUUFBUTtBQUFBLEVBQ1IsUUFBUTtBQUFBLEVBQ1IsTUFBTTtBQUFBLEVBQ04sTUFBTTtBQUNSLENBQUM7OztBQ2pERCxTQUFTLDBCQUEwQixvQkFBb0I7QUFDdkQsU0FBUyxrQ0FBa0M7QUFFM0MsU0FBUyx3QkFBNkM7QUFHdEQsSUFBTSxRQUFRLENBQUMsU0FBaUIsQ0FBQyxHQUFHLElBQUksUUFBUSxJQUFJLE9BQU87QUFFM0QsSUFBTSxrQkFBa0I7QUFBQSxFQUN0QixRQUFRO0FBQUEsRUFDUixLQUFLLENBQUMsVUFBVSxxQkFBcUIsT0FBTyxjQUFjLEVBQUUsSUFBSSxDQUFDLFNBQVMsT0FBTyxJQUFJLE9BQU87QUFBQSxFQUM1RixRQUFRO0FBQUEsRUFDUixrQkFBa0I7QUFBQSxFQUNsQixpQkFBaUI7QUFBQSxFQUNqQixRQUFRO0FBQUEsRUFDUiw0QkFBNEI7QUFBQSxFQUM1QiwwQkFBMEI7QUFBQSxFQUMxQixjQUFjO0FBQUEsRUFDZCxPQUFPLENBQUMsTUFBTTtBQUFBLEVBQ2QsV0FBVyxDQUFDLEdBQUcsSUFBSSxxQkFBcUI7QUFBQSxFQUN4QyxPQUFPO0FBQUEsSUFDTCxPQUFPLE1BQU0sT0FBTztBQUFBLElBQ3BCLGVBQWUsTUFBTSxPQUFPO0FBQUEsSUFDNUIsbUJBQW1CLE1BQU0saUJBQWlCO0FBQUEsSUFDMUMsMEJBQTBCLE1BQU0sa0JBQWtCO0FBQUEsSUFDbEQsaUJBQWlCLE1BQU0sZUFBZTtBQUFBLElBQ3RDLGlCQUFpQixNQUFNLGVBQWU7QUFBQSxJQUN0QyxpQkFBaUIsTUFBTSxlQUFlO0FBQUEsSUFDdEMsNEJBQTRCLE1BQU0sMEJBQTBCO0FBQUEsSUFDNUQsbUJBQW1CLE1BQU0saUJBQWlCO0FBQUEsRUFDNUM7QUFDRjtBQUdBLElBQU0sY0FBYztBQUViLFNBQVMsZUFBaUM7QUFDL0MsUUFBTSxhQUFhLGlCQUFpQixFQUFFLGdCQUFnQixDQUFDO0FBRXZELFFBQU0sVUFBVSxFQUFFLGlCQUFpQixFQUFFLFVBQVUsS0FBSyxFQUFFO0FBQ3RELFFBQU0sY0FBYztBQUFBLElBQXlCLENBQUMsTUFBTSxjQUNsRCxTQUFTLFdBQVcsTUFBTSxXQUFXLE9BQU8sQ0FBQztBQUFBLEVBQy9DLEVBQUU7QUFBQSxJQUNBLFVBQVUsYUFBYSxFQUFFLE9BQU8sT0FBTyxNQUFNLEVBQUUsWUFBWSxFQUFFLFNBQVMsT0FBTyxFQUFFLEVBQUUsQ0FBQztBQUFBLElBQ2xGLGlCQUFpQjtBQUFBLElBQ2pCLE9BQU8sQ0FBQyxJQUFJO0FBQUEsSUFDWixZQUFZLDJCQUEyQixFQUFFLEtBQUssR0FBRyxJQUFJLGtCQUFrQixDQUFDO0FBQUEsRUFDMUUsQ0FBQztBQUNELFNBQU87QUFDVDtBQUVBLFNBQVMsU0FBUyxRQUF3QztBQUN4RCxRQUFNLE9BQU8sb0JBQUksSUFBWTtBQUM3QixRQUFNLFFBQVEsT0FBTyxNQUFNLE9BQU8sQ0FBQyxTQUFTO0FBQzFDLFFBQUksS0FBSyxTQUFTLFFBQVMsUUFBTztBQUNsQyxRQUFJLEtBQUssSUFBSSxLQUFLLE1BQU0sS0FBSyxTQUFTLEtBQUssS0FBSyxJQUFJLEVBQUcsUUFBTztBQUM5RCxTQUFLLElBQUksS0FBSyxNQUFNO0FBQ3BCLFFBQUksS0FBSyxLQUFLLFNBQVMsWUFBYSxNQUFLLE9BQU8sR0FBRyxLQUFLLEtBQUssTUFBTSxHQUFHLFdBQVcsQ0FBQztBQUNsRixXQUFPO0FBQUEsRUFDVCxDQUFDO0FBQ0QsU0FBTyxFQUFFLEdBQUcsUUFBUSxNQUFNO0FBQzVCOzs7QVBqRTZKLElBQU1DLDRDQUEyQztBQVE5TSxJQUFNQyxRQUFPLElBQUksSUFBSSxTQUFTRCx5Q0FBZSxFQUFFO0FBQy9DLElBQU0sRUFBRSxhQUFhLFFBQVEsSUFBSSxLQUFLLE1BQU1FLGNBQWEsR0FBR0QsS0FBSSxnQkFBZ0IsTUFBTSxDQUFDO0FBRXZGLElBQU8saUJBQVEsYUFBYTtBQUFBLEVBQzFCLE9BQU87QUFBQSxFQUNQO0FBQUEsRUFDQSxNQUFNO0FBQUEsRUFDTixNQUFNLFFBQVEsSUFBSSxXQUFXLEtBQUs7QUFBQSxFQUNsQyxRQUFRO0FBQUEsRUFDUixVQUFVO0FBQUEsRUFDVixRQUFRO0FBQUEsRUFDUixXQUFXO0FBQUEsRUFDWCxhQUFhO0FBQUEsRUFDYixpQkFBaUI7QUFBQSxFQUNqQixNQUFNO0FBQUEsSUFDSixDQUFDLFFBQVEsRUFBRSxNQUFNLGVBQWUsU0FBUyxXQUFXLE9BQU8sZ0NBQWdDLENBQUM7QUFBQSxJQUM1RixDQUFDLFFBQVEsRUFBRSxNQUFNLGVBQWUsU0FBUyxXQUFXLE9BQU8sK0JBQStCLENBQUM7QUFBQSxJQUMzRjtBQUFBLE1BQ0U7QUFBQSxNQUNBLEVBQUUsS0FBSyxRQUFRLE1BQU0sR0FBRyxRQUFRLElBQUksV0FBVyxLQUFLLEdBQUcsYUFBYSxNQUFNLGdCQUFnQjtBQUFBLElBQzVGO0FBQUEsRUFDRjtBQUFBLEVBQ0EsVUFBVTtBQUFBLElBQ1IsT0FBTyxFQUFFLE9BQU8sWUFBWSxNQUFNLFVBQVU7QUFBQSxJQUM1QyxRQUFRO0FBQUEsSUFDUixrQkFBa0IsQ0FBQyxhQUFhLENBQUM7QUFBQSxFQUNuQztBQUFBLEVBQ0EsYUFBYTtBQUFBLElBQ1gsV0FBVztBQUFBLElBQ1gsTUFBTTtBQUFBLElBQ047QUFBQSxJQUNBO0FBQUEsSUFDQSxTQUFTLENBQUMsR0FBRyxDQUFDO0FBQUEsSUFDZCxrQkFBa0I7QUFBQSxJQUNsQixRQUFRLEVBQUUsVUFBVSxRQUFRO0FBQUEsSUFDNUIsV0FBVyxFQUFFLE1BQU0sVUFBVSxNQUFNLE9BQU87QUFBQSxJQUMxQyxRQUFRLEVBQUUsU0FBUyxTQUFTLE9BQU8sd0JBQXdCO0FBQUEsRUFDN0Q7QUFBQSxFQUNBLE1BQU07QUFBQTtBQUFBLElBRUosV0FBVyxHQUFHQSxLQUFJO0FBQUEsSUFDbEIsT0FBTyxFQUFFLHVCQUF1QixJQUFLO0FBQUEsSUFDckMsUUFBUSxFQUFFLElBQUksRUFBRSxPQUFPLENBQUNBLEtBQUksRUFBRSxFQUFFO0FBQUEsRUFDbEM7QUFDRixDQUFDOyIsCiAgIm5hbWVzIjogWyJyZWFkRmlsZVN5bmMiLCAicmVhZGRpclN5bmMiLCAiZm9sZGVyIiwgInR5cGVzIiwgInJlYWRkaXJTeW5jIiwgInJlYWRGaWxlU3luYyIsICJyZWFkRmlsZVN5bmMiLCAiX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCIsICJyb290IiwgInJlYWRGaWxlU3luYyJdCn0K
