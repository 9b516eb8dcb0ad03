// open_page.mjs PAGE NODE_MODULES ROUNDS: opens a page from disk in headless Chromium, each time in a fresh context, and prints the
// milliseconds of each as a JSON array: from the navigation to the first frame after everything is drawn.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const [file, nodeModules, rounds] = process.argv.slice(2);
const { chromium } = createRequire(nodeModules + "/")("playwright-core");
const deadline_ms = 60000;

async function open(browser) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(deadline_ms);
  const begin = performance.now();
  await page.goto("file://" + file, { waitUntil: "load" });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const opened_ms = performance.now() - begin;
  await context.close();
  return opened_ms;
}

const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
const args = process.getuid() === 0 ? ["--no-sandbox"] : []; // as root there is no other way
const browser = await chromium.launch({ executablePath, args, timeout: deadline_ms });
try {
  const all_ms = [];
  for (let round = 0; round < Number(rounds); ++round) all_ms.push(await open(browser));
  console.log(JSON.stringify(all_ms));
} finally {
  await browser.close();
}
