// Serves WAYMARK_DATA, or else a made-up district in a folder of its own, with the program WAYMARK_BIN.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const waymark = process.env.WAYMARK_BIN;
if (!waymark) {
  throw new Error("WAYMARK_BIN must name the program");
}

let data = process.env.WAYMARK_DATA;
if (!data) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-browser-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const bundle = join(folder, "bundle");
  data = join(folder, "data");
  const size = ["--students", "2000", "--schools", "6", "--years", "4", "--seed", "7"];
  execFileSync(waymark, ["synthetic", bundle, ...size], { stdio: "inherit" });
  execFileSync(waymark, ["--data", data, "import", bundle], { stdio: "inherit" });
}

const served = spawn(waymark, ["--data", data, "serve", "--address", process.env.WAYMARK_ADDRESS], { stdio: "inherit" });
served.on("exit", (code) => process.exit(code ?? 0));
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => served.kill(signal));
}
