import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import { readdirSync } from "node:fs";
import tseslint from "typescript-eslint";

/** The folders of src/domains: each may import `shared`, `api` and itself, never a sibling or `app`. */
const domains = readdirSync(new URL("./src/domains", import.meta.url));

/** @param {string[]} group @param {string} message */
const forbid = (group, message) => ({
  "no-restricted-imports": ["error", { patterns: [{ group, message }] }],
});

const domainBoundaries = domains.map((domain) => ({
  files: [`src/domains/${domain}/**/*.{ts,tsx}`],
  rules: forbid(
    [
      "@/app",
      "@/app/*",
      ...domains.filter((other) => other !== domain).map((other) => `@/domains/${other}`),
      ...domains.filter((other) => other !== domain).map((other) => `@/domains/${other}/*`),
      "../../*",
    ],
    "A domain imports shared and itself only (by @/ paths across folders).",
  ),
}));

export default tseslint.config(
  { ignores: ["node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  hooks.configs.flat.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: false, skipComments: false }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["src/shared/**/*.{ts,tsx}"],
    rules: forbid(["@/app", "@/app/*", "@/domains/*"], "shared knows neither app nor domains."),
  },
  ...domainBoundaries,
);
