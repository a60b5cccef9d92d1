import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env["EMBERWATCH_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig(({ command }) => ({
  // Django serves the built files below its static URL and this index.html at "/".
  base: command === "build" ? "/static/app/" : "/",
  plugins: [react()],
  build: {
    // The content security policy allows neither inline scripts nor data: fonts and styles.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
  },
  server: {
    proxy: {
      "/api": { target: backend },
      "/ws": { target: backend, ws: true },
    },
  },
  test: {
    globals: true,
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://emberwatch.test/" } },
    setupFiles: ["tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    silent: "passed-only", // what a failed test said is shown
    testTimeout: 30_000,
  },
}));
