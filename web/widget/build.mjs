// Bundles src/ into ../static/vendor/kesu.js, which the web process serves as /widget.js. `make setup` and `make run` run it.

import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FILE = here("../static/vendor/kesu.js");

/** A style sheet is imported as its text; white space is taken out of it, no rule is rewritten. */
const styles = {
  name: "styles",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minifyWhitespace: true, charset: "utf8" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  entryPoints: [here("src/kesu.js")],
  outfile: FILE,
  bundle: true,
  minify: true,
  format: "iife", // a plain script: document.currentScript tells where it came from, and nothing of it is global
  banner: { js: '"use strict";' }, // as modules are
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  plugins: [styles],
});
console.log(`static/vendor/kesu.js: ${(await stat(FILE)).size} bytes`);
