import { defineConfig } from "@playwright/test";

const address = process.env.WAYMARK_ADDRESS ?? "127.0.0.1:8391";

export default defineConfig({
  testDir: ".",
  // The pages compute their numbers when they are asked for.
  timeout: 120_000,
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: `http://${address}`,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: {
    command: "node serve.js",
    env: { WAYMARK_ADDRESS: address },
    url: `http://${address}/style.css`,
    timeout: 300_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
  },
});
