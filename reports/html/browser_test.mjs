// Opens report pages in headless Chromium, as a reader would.
//
//   node browser_test.mjs SAMPLE_PAGES NODE_MODULES OUTPUT_FOLDER
//
// SAMPLE_PAGES is the program that writes the pages. Screenshots are kept in OUTPUT_FOLDER.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

const [samplePages, nodeModules, folder] = process.argv.slice(2);
const { chromium } = createRequire(nodeModules + "/")("playwright-core");
const axeSource = readFileSync(nodeModules + "/axe-core/axe.min.js", "utf8");
const deadline_ms = 120000;
const largest_page_bytes = 3_000_000;
const pages = ["caught", "clean", "died", "hostile", "long", "many", "comparison", "comparison_hostile", "comparison_many",
  "history", "history_two", "history_hostile"];
const looked_at_whole = ["caught", "comparison", "history"];
const screen = { width: 1200, height: 900 };
const phone = { width: 390, height: 844 };
let browser;

before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(samplePages, [folder], { timeout: deadline_ms });
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  const args = process.getuid() === 0 ? ["--no-sandbox"] : []; // as root there is no other way
  browser = await chromium.launch({ executablePath, args, timeout: deadline_ms });
});

after(() => browser?.close());

// An opened page, with all that it must not do: ask for another file, complain, or show a dialog.
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: screen, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(deadline_ms);
  const wrong = [];
  page.on("request", (request) => { if (!request.url().endsWith(`/${name}.html`)) wrong.push("request " + request.url()); });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) wrong.push("console " + message.text()); });
  page.on("pageerror", (error) => wrong.push("error " + error.message));
  page.on("dialog", (dialog) => { wrong.push("dialog"); dialog.dismiss(); });
  await page.goto(`file://${folder}/${name}.html`);
  return { page, wrong, close: () => context.close() };
}

async function withPage(name, options, check) {
  const opened = await open(name, options);
  await check(opened.page);
  assert.deepEqual(opened.wrong, []);
  await opened.close();
}

const pixels = (page) => page.evaluate(() => document.querySelector("canvas").toDataURL());

const isBlank = (page) => page.evaluate(() => {
  const canvas = document.querySelector("canvas");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.every((value) => value === 0);
});

// A page draws when its browser tells it to, which may be after the next look at it.
async function eventually(holds, what) {
  for (let waited_ms = 0; waited_ms < deadline_ms / 3; waited_ms += 50) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`not so: ${what}`);
}

async function pressOn(page, locator, key) {
  await locator.focus();
  await page.keyboard.press(key);
}

async function seriousViolations(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run());
  return result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(" | ")}`);
}

for (const name of pages) {
  test(`${name}: opens without a request or a complaint, and fits a phone`, { timeout: 2 * deadline_ms }, async () => {
    assert.ok(statSync(`${folder}/${name}.html`).size < largest_page_bytes);
    await withPage(name, { viewport: phone, isMobile: true }, async (page) => {
      for (const entry of await page.locator("details.entry").all().then((all) => all.slice(0, 3))) {
        await entry.evaluate((details) => { details.open = true; });
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= phone.width, `it is ${width} pixels wide`);
      await page.screenshot({ path: `${folder}/${name}-phone.png`, fullPage: looked_at_whole.includes(name) });
    });
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`nothing serious keeps a keyboard or screen reader user out, ${colorScheme}`, { timeout: 2 * deadline_ms }, async () => {
    for (const name of ["caught", "died", "hostile", "comparison", "comparison_hostile", "history", "history_hostile"]) {
      await withPage(name, { colorScheme, bypassCSP: true }, async (page) => {
        await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: looked_at_whole.includes(name) });
        assert.deepEqual(await seriousViolations(page), [], name);
      });
    }
  });
}

test("every finding opens and closes by keyboard", { timeout: deadline_ms }, () => withPage("died", {}, async (page) => {
  const entries = page.locator("details.entry");
  assert.equal(await entries.count(), 2);
  for (const entry of await entries.all()) {
    const wasOpen = await entry.evaluate((details) => details.open);
    for (const [key, open] of [["Enter", !wasOpen], ["Space", wasOpen]]) {
      await pressOn(page, entry.locator("summary").first(), key);
      assert.equal(await entry.evaluate((details) => details.open), open);
    }
  }
}));

test("a link to a finding opens it", { timeout: deadline_ms }, () => withPage("died", {}, async (page) => {
  await pressOn(page, page.locator("a.jump").nth(1), "Enter");
  await page.locator("#finding-2[open]").waitFor();
}));

test("both sides of a finding are shown with their source lines", { timeout: deadline_ms }, () => withPage("caught", {}, async (page) => {
  const entry = page.locator("#finding-1");
  assert.match(await entry.locator(".owner").innerText(), /Allocated by worker-1[^]*connection\s+3[^]*static_cache\.cpp:31/);
  assert.match(await entry.locator(".offender").innerText(), /Freed by worker-2[^]*connection\s+4[^]*static_cache\.cpp:28/);
  assert.equal(await entry.locator(".source .here").count(), 2);
}));

test("the timeline is drawn, and zooms by keyboard", { timeout: deadline_ms }, () => withPage("caught", {}, async (page) => {
  assert.equal(await isBlank(page), false);
  const whole = await pixels(page);
  await pressOn(page, page.getByRole("button", { name: "Zoom in" }), "Enter");
  await eventually(async () => await pixels(page) !== whole, "the chart shows a part");
  await pressOn(page, page.getByRole("button", { name: "Whole run" }), "Enter");
  await eventually(async () => await pixels(page) === whole, "the chart shows the whole run again");
}));

test("the timeline shows the faults that were injected", { timeout: deadline_ms }, () => withPage("caught", {}, async (page) => {
  const sets = await page.evaluate(() => window.Chart.getChart(document.querySelector("canvas")).data.datasets.map((set) => [set.label, set.data.map((point) => [point.x, point.faults])]));
  assert.deepEqual(sets.find(([label]) => label === "faults")[1], [[145, ["worker restarts: 1"]], [395, ["worker restarts: 1"]], [645, ["signals: 1"]]]);
  await page.locator("#timeline summary").click();
  assert.match(await page.locator("#timeline table").innerText(), /violations\s+worker restarts\s+signals/);
}));

test("the load says what the storm went on for, and in how many rounds", { timeout: deadline_ms }, async () => {
  const loadOf = async (name) => {
    let text;
    await withPage(name, {}, async (page) => { text = await page.locator("#load").innerText(); });
    return text;
  };
  const reached = await loadOf("caught");
  assert.match(reached, /until all pairs\s+reached after 20,000 connections, 987 ms/);
  assert.doesNotMatch(reached, /rounds/);
  assert.match(await loadOf("hostile"), /rounds of the plan's connections\s+3\s+until all expected findings\s+not reached: the storm ended before/);
});

test("the load says what became of sessions and answers, with statuses and both latencies", { timeout: deadline_ms }, () => withPage("died", {}, async (page) => {
  const load = await page.locator("#load").innerText();
  assert.match(load, /sessions that got through\s+19,980 of 20,000\s+sessions cut before their end\s+10\s+sessions excused[^\n]*\s+6\s+sessions unfinished[^\n]*\s+4/);
  assert.match(load, /answers\s+99,985/);
  assert.match(load, /Time of one open, us[^]*p99\s+900[^]*Time of one answer, us[^]*p99\s+1,200[^]*by HTTP status[^]*101\s+19,990\s+401\s+10/);
  assert.match(await page.locator("#top").innerText(), /not met errors at most 0: 10 of 20000; read: ECONNRESET 10/);
}));

test("the lanes have a row for each thread and a sign for each event", { timeout: deadline_ms }, () => withPage("caught", {}, async (page) => {
  assert.equal(await page.locator("#lanes .scroll svg .rail").count(), 3);
  assert.equal(await page.locator("#lanes .scroll svg title").count(), 8);
}));

// The form of each sign of the legend, without its place and its colour.
const legendForms = (page) => page.evaluate(() => [...document.querySelectorAll("#lanes .legend li")].map((entry) => {
  const sign = entry.querySelector("svg > *");
  const form = [...sign.attributes].filter(({ name }) => name !== "class").map(({ name, value }) => name + "=" + value).join(" ");
  return [entry.textContent, sign.tagName + " " + form];
}));

test("the lanes tell kinds of events apart by form, on paper too, and in words", { timeout: deadline_ms }, () => withPage("caught", {}, async (page) => {
  const forms = await legendForms(page);
  for (const name of ["thread starts", "thread stops", "action"]) assert.ok(forms.some(([word]) => word === name), name);
  assert.equal(new Set(forms.map(([, form]) => form)).size, forms.length, JSON.stringify(forms));
  const drawings = page.locator("#lanes .scroll svg > :is(path, circle, rect)");
  assert.equal(await drawings.count(), 8);
  await page.emulateMedia({ media: "print" });
  for (const drawing of await drawings.all()) {
    const ink = await drawing.evaluate((sign) => [getComputedStyle(sign).fill, getComputedStyle(sign).stroke]);
    assert.ok(ink.some((colour) => colour !== "none" && colour !== "rgb(255, 255, 255)"), ink.join());
  }
  await page.locator("#lanes summary").click();
  assert.match(await page.locator("#lanes table").innerText(), /thread starts[^]*action[^]*thread stops/);
}));

test("colours follow the reader's scheme, the chart's too", { timeout: deadline_ms }, () => withPage("caught", { colorScheme: "light" }, async (page) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(255, 255, 255)");
  const light = await pixels(page);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await background(), "rgb(20, 23, 27)");
  await eventually(async () => await pixels(page) !== light, "the chart is drawn anew");
}));

test("hostile text stays text", { timeout: deadline_ms }, () => withPage("hostile", {}, async (page) => {
  assert.match(await page.title(), /^FAIL <\/script><script>/);
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 3);
  assert.match(await page.locator("h1").innerText(), /<\/script>.*\\x1b.*the end of it$/);
}));

test("it prints with every finding unfolded", { timeout: deadline_ms }, () => withPage("died", {}, async (page) => {
  assert.ok((await page.pdf()).length > 10_000);
  assert.equal(await page.locator("details.entry:not([open])").count(), 0);
}));

test("ten thousand findings are there: in full, in short, or counted", { timeout: deadline_ms }, () => withPage("many", {}, async (page) => {
  const full = await page.locator("details.entry").count();
  const short = await page.locator("#findings table tbody tr").count();
  assert.ok(full > 100 && short > 1000, `${full} in full, ${short} in short`);
  assert.match(await page.locator("#findings caption").innerText(), /that are only in run\.json/);
}));

test("a comparison names what is worse, with both rates", { timeout: deadline_ms }, () => withPage("comparison", {}, async (page) => {
  assert.equal(await page.title(), "REGRESSION - heapstorm comparison");
  assert.equal(await page.locator("a.jump").count(), 2);
  await pressOn(page, page.locator("a.jump").nth(1), "Enter");
  const entry = page.locator("details.entry[open]").nth(1);
  assert.match(await entry.innerText(), /less often[^]*regression[^]*20 of 20[^]*84 % to 100 %[^]*12 of 20[^]*p = 0\.0033/);
  assert.equal(await entry.locator("svg .mark").count(), 2);
  assert.match(await page.locator("#scenario-1 table").first().innerText(), /heapstorm\s+0\.1\.0\s+0\.2\.0/);
}));

test("a comparison calls fixed what is gone and not required any more", { timeout: deadline_ms }, () => withPage("comparison", {}, async (page) => {
  const entry = page.locator("#finding-2-1");
  await entry.evaluate((details) => { details.open = true; });
  assert.match(await entry.innerText(), /^fixed[^]*20 of 20[^]*0 of 20[^]*Evidence of a change[^]*not required by the current scenario/);
  assert.doesNotMatch(await entry.innerText(), /regression|gone/);
}));

test("hostile text stays text in a comparison", { timeout: deadline_ms }, () => withPage("comparison_hostile", {}, async (page) => {
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 3);
  assert.match(await page.locator("h2").nth(1).innerText(), /<\/script>.*\\x1b.*the end of it/);
}));

test("a history shows sightings, and draws its plots when a scenario is unfolded", { timeout: deadline_ms }, () => withPage("history", {}, async (page) => {
  assert.match(await page.locator("#findings tbody tr").first().innerText(), /foreign_free of date_header[^]*2023-11-14 22:13[^]*2023-11-16 22:24[^]*48$/);
  const second = page.locator("#scenario-2");
  assert.equal(await second.locator("canvas").count(), 11);
  assert.equal(await isBlank(page), false);
  await pressOn(page, second.locator("summary").first(), "Enter");
  assert.equal(await second.evaluate((details) => details.open), false);
  await second.evaluate((details) => { for (const inner of [details, ...details.querySelectorAll("details")]) inner.open = true; });
  assert.match(await second.locator("table").innerText(), /2023-11-15 22:13[^]*16 of 20[^]*58 % to 92 %/);
}));

test("a history of fewer than three points is a table, not plots of a dot", { timeout: deadline_ms }, async () => {
  await withPage("history", {}, async (page) => {
    const fix = page.locator("#scenario-1");
    assert.equal(await fix.locator("canvas").count(), 0);
    assert.match(await fix.locator("table").innerText(), /2023-11-14 22:13[^]*found something\s+0 of 1[^]*connections per second\s+19,990[^]*p99 of an open, us\s+900/);
  });
  await withPage("history_two", {}, async (page) => {
    assert.equal(await page.locator("canvas").count(), 0);
    const text = await page.locator("#scenario-1 table").innerText();
    assert.match(text, /2023-11-14 22:13\s+2023-11-15 22:13/);
    assert.match(text, /foreign_free of date_header\s+9c1f00aa12345678\s+20 of 20\s+16 of 20/);
    assert.match(text, /95 % interval\s+84 % to 100 %\s+58 % to 92 %/);
  });
});

test("the plots of a history follow the reader's scheme", { timeout: deadline_ms }, () => withPage("history", { colorScheme: "light" }, async (page) => {
  const light = await pixels(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(async () => await pixels(page) !== light, "the plot is drawn anew");
}));

test("hostile text stays text in a history", { timeout: deadline_ms }, () => withPage("history_hostile", {}, async (page) => {
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.locator("script").count(), 3);
  assert.match(await page.locator("#scenario-1 summary strong").innerText(), /<\/script>.*\\x1b.*the end of it/);
}));
