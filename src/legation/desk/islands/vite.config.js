// One entry for every page; what a page seldom needs is a chunk of its own. Names carry a hash,
// so that a browser may keep them; nothing is put into a page as data, which the policy refuses.
import { defineConfig } from "vite";

// htmx can run text as code, in ways that the desk never uses and its policy refuses. What is not
// there cannot be reached; where a new version of it reads otherwise, the build ends and says so.
const REFUSED = 'throw new Error("refused")';
const CUT = [
  ["return eval(str)", REFUSED],
  ["return Function(conditionalSource)()", REFUSED],
  ["func = new Function('event', code)", REFUSED],
  ["return Function('event', 'return (' + str + ')').call(elt, event)", REFUSED],
  ["return Function('return (' + str + ')').call(elt)", REFUSED],
  ["new URL(path, 'http://x')", "new URL(path, location.origin)"],
];
const withoutCode = {
  name: "without-code-from-text",
  transform(code, id) {
    if (!id.endsWith("htmx.esm.js")) return undefined;
    for (const [from] of CUT) {
      if (code.split(from).length !== 2) this.error(`htmx has changed: look for ${from}`);
    }
    return { code: CUT.reduce((text, [from, to]) => text.replace(from, to), code), map: null };
  },
};

export default defineConfig({
  base: "/static/built/",
  publicDir: false,
  logLevel: "warn",
  plugins: [withoutCode],
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    license: { fileName: "licenses.md" },
    assetsInlineLimit: 0,
    modulePreload: false,
    target: "es2022",
    rollupOptions: {
      input: { shell: "shell.ts" },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
