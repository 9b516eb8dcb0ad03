// The page, from top to bottom. Its data: `run` is run.json, with long texts and long lists cut; the rest is what was read
// beside it.
const report = JSON.parse(document.getElementById("data").textContent);
report.afterwards = []; // what can be done only when everything is in the page

function copyButton(text) {
  const said = element("span", { class: "hidden", role: "status" });
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    const done = await copyText(text);
    button.textContent = done ? "Copied" : "Select it by hand";
    said.textContent = button.textContent;
  });
  return [button, said];
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "hidden", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function foundList() {
  const findings = report.run.findings;
  if (findings.length === 0) return element("p", {}, "Nothing was found.");
  const shown = findings.slice(0, 8).map((finding, index) => element("li", {},
    element("a", { href: "#finding-" + (index + 1), class: "jump" }, titleOf(finding)), " ", expectedBadge(finding), " ", times(finding.count)));
  const more = findings.length - shown.length + report.more.length + report.left_out;
  return element("ul", { class: "found", "aria-label": "Found" }, shown, more > 0 ? element("li", {}, "and " + grouped(more) + " more") : null);
}

function expectationsList() {
  const rows = report.run.expectations.map((expectation) => element("li", {},
    element("span", { class: "badge " + (expectation.met ? "good" : "bad") }, expectation.met ? "met" : "not met"), " " + visible(expectation.text + (expectation.measured ? ": " + expectation.measured : ""))));
  return rows.length === 0 ? null : [element("h2", {}, "Expected"), element("ul", { class: "found" }, rows)];
}

function notesList() {
  const notes = report.run.notes;
  return notes.length === 0 ? null : [element("h2", {}, "Notes"), element("ul", { class: "found" }, notes.map((note) => element("li", {}, visible(note))))];
}

function fillTop() {
  const run = report.run;
  const passed = run.verdict === "pass";
  document.title = `${passed ? "PASS" : "FAIL"} ${visible(run.scenario)} - heapstorm`;
  const line = `flavour ${run.tool.flavour}, seed ${run.seed}, ${grouped(run.duration_ms / 1000)} s`;
  document.getElementById("top").append(
    element("h1", {}, visible(run.scenario)),
    element("p", {}, element("span", { class: "verdict " + (passed ? "good" : "bad") }, passed ? "PASS" : "FAIL"), " ", element("span", { class: "soft" }, line)),
    element("h2", {}, "Found"), foundList(), ...[expectationsList(), notesList()].filter(Boolean).flat(),
    element("h2", {}, "Run it again"), element("div", { class: "command" }, code(run.rerun), copyButton(run.rerun)));
}

function fillPage() {
  fillTop();
  const sections = [findingsSection(), timelineSection(), lanesSection(), matrixSection(), faultsSection(), loadSection(), environmentSection()];
  document.getElementById("main").append(...sections.filter(Boolean));
  document.getElementById("foot").append(element("p", { class: "soft" }, "Made by heapstorm from run.json."));
  for (const action of report.afterwards) action();
  openAllForPrint();
  followLinks();
}

fillPage();
