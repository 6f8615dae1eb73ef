import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the product's server; the built pages are served by the product itself. */
const API_TARGET = process.env["HUIKUAN_API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/huikuan/webdist",
    emptyOutDir: true,
    target: "es2023",
    // The pages run under `script-src 'self'`: nothing may be inlined as a data: script, fonts and images stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
  },
  server: { proxy: { "/api": { target: API_TARGET, changeOrigin: false } } },
});
