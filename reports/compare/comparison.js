// The page of a comparison, from top to bottom. Its data is the comparison's JSON, with long texts and long lists cut.
const comparison = JSON.parse(document.getElementById("data").textContent);

const changeWords = { new: "new", gone: "gone", unchanged: "still there", more_often: "more often", less_often: "less often" };

function changeWord(finding) {
  return finding.fixed ? "fixed" : changeWords[finding.change] || finding.change;
}

function changeBadge(finding) {
  const colourName = finding.regression ? "bad" : finding.fixed ? "good" : "plain";
  return element("span", { class: "badge " + colourName }, changeWord(finding));
}

function standing(finding) {
  if (finding.fixed && finding.expected) return "not required by the current scenario";
  return finding.expected ? "expected" : "unexpected";
}

function regressionBadge(finding) {
  return finding.regression ? element("span", { class: "badge bad" }, "regression") : null;
}

function evidenceText(finding) {
  if (finding.base.attempts === 0 || finding.current.attempts === 0) return "There is nothing to compare with.";
  const p = "p = " + finding.p.toPrecision(2) + " by Fisher's exact test";
  if (finding.change === "new" && finding.regression) return "It is new and counts however rare it is, so no rates are weighed (" + p + ").";
  return finding.evidence ? "Evidence of a change: " + p + "." : "No evidence of a change of its rate: " + p + ".";
}

function ratesTable(finding) {
  const rows = [["base", finding.base], ["current", finding.current]].map(([side, rate]) => [side, rateText(rate), intervalText(rate), rateDrawing(rate)]);
  return table("How often it was seen", [{ head: "runs" }, { head: "seen in", number: true }, { head: "95 % interval", number: true },
    { head: "0 to 100 %" }], rows);
}

function findingEntry(finding, id, open) {
  const title = [changeBadge(finding), " ", visible(finding.what), " ", regressionBadge(finding)];
  return element("details", { class: "entry", id, open },
    element("summary", {}, title),
    element("div", { class: "inside" }, ratesTable(finding), element("p", {}, evidenceText(finding)),
      definitions([["at", finding.where ? code(finding.where) : null], ["fingerprint", code(finding.fingerprint)],
        ["by the scenario", standing(finding)]])));
}

function environmentTable(scenario) {
  if (scenario.environment.length === 0) return element("p", {}, "The environment is the same on both sides.");
  const rows = scenario.environment.map((change) => [visible(change.what), visible(change.base), visible(change.current)]);
  return [element("p", {}, element("span", { class: "badge warn" }, "changed environment"), " What follows may come from this."),
    table("What is not the same on both sides", [{ head: "what" }, { head: "base" }, { head: "current" }], rows)];
}

function spreadText(spread) {
  if (spread.runs === 0) return "not known";
  if (spread.least === spread.greatest) return grouped(spread.median);
  return `${grouped(spread.median)} (${grouped(spread.least)} to ${grouped(spread.greatest)})`;
}

function loadTable(scenario) {
  const rows = scenario.load.map((figure) => [visible(figure.name), spreadText(figure.base), spreadText(figure.current),
    figure.apart ? element("span", { class: "badge warn" }, "apart") : figure.base.runs === 0 || figure.current.runs === 0 ? "not to be compared" : "overlap, or few runs"]);
  return table("Load: median (least to greatest) of the runs", [{ head: "figure" }, { head: "base", number: true },
    { head: "current", number: true }, { head: "spreads" }], rows);
}

function runsText(side) {
  const failed = side.failed_runs === 0 ? "" : ` (${grouped(side.failed_runs)} more failed to run)`;
  return grouped(side.attempts) + (side.attempts === 1 ? " run" : " runs") + failed;
}

function scenarioSection(scenario, index) {
  const entries = scenario.findings.map((finding, place) => findingEntry(finding, `finding-${index + 1}-${place + 1}`, finding.regression && place < 20));
  const more = scenario.left_out === 0 ? null : element("p", {}, "and " + grouped(scenario.left_out) + " more findings, which heapstorm compare --json has");
  return section("scenario-" + (index + 1), visible(scenario.scenario) + " (" + visible(scenario.flavour) + ")",
    element("p", {}, runsText(scenario.base) + " in the base, " + runsText(scenario.current) + " in the current set."),
    environmentTable(scenario),
    entries.length === 0 ? element("p", {}, "Nothing was found on either side.") : entries, more, loadTable(scenario));
}

function notComparedSection() {
  const entries = [
    ...comparison.only_in_base.map((name) => visible(name) + ": not in the current runs, so nothing is known of it"),
    ...comparison.only_in_current.map((name) => visible(name) + ": not in the base, nothing to compare with")];
  if (comparison.left_out > 0) entries.push("and " + grouped(comparison.left_out) + " more scenarios without a regression, which heapstorm compare --json has");
  if (entries.length === 0) return null;
  return section("not-compared", "Not compared", element("ul", { class: "found" }, entries.map((entry) => element("li", {}, entry))));
}

function regressionList() {
  const links = comparison.scenarios.flatMap((scenario, index) => scenario.findings.map((finding, place) => ({ scenario, finding, id: `#finding-${index + 1}-${place + 1}` })))
    .filter(({ finding }) => finding.regression);
  if (links.length === 0) return element("p", {}, "No finding is new or of another rate in a way that counts as a regression.");
  const shown = links.slice(0, 20).map(({ scenario, finding, id }) => element("li", {}, element("a", { href: id, class: "jump" }, visible(finding.what)),
    ` ${changeWord(finding)} in ${visible(scenario.scenario)}: ${rateText(finding.base)}, then ${rateText(finding.current)}`));
  const more = links.length - shown.length;
  return element("ul", { class: "found", "aria-label": "Regressions" }, shown, more > 0 ? element("li", {}, "and " + grouped(more) + " more") : null);
}

function rule() {
  return element("details", {}, element("summary", {}, "What counts as a regression"), element("ul", { class: "found inside" },
    element("li", {}, "A finding that the base never had and the scenario does not expect; any new finding, if the scenarios differ."),
    element("li", {}, "An unexpected finding that is seen more often, or one that the current scenario requires less often, than chance explains: Fisher's exact test, p < 0.01, corrected for the number of findings compared in all scenarios (Holm). What is gone beyond chance and is not required is fixed."),
    element("li", {}, "Load figures and the environment decide nothing.")));
}

function fillTop() {
  const compared = comparison.scenarios.some((scenario) => scenario.base.attempts > 0 && scenario.current.attempts > 0);
  const verdict = !compared ? "nothing compared" : comparison.regression ? "REGRESSION" : "no regression";
  document.title = verdict + " - heapstorm comparison";
  document.getElementById("top").append(
    element("h1", {}, "Comparison of runs"),
    element("p", {}, element("span", { class: "verdict " + (comparison.regression || !compared ? "bad" : "good") }, verdict)),
    definitions([["base", comparison.base ? code(comparison.base) : null], ["current", comparison.current ? code(comparison.current) : null]]),
    element("h2", {}, "Regressions"), regressionList(), rule());
}

function fillPage() {
  fillTop();
  document.getElementById("main").append(element("div", { id: "scenarios", tabindex: "-1" }, comparison.scenarios.map(scenarioSection)), notComparedSection() || "");
  document.getElementById("foot").append(element("p", { class: "soft" }, "Made by heapstorm compare."));
  openAllForPrint();
  followLinks();
}

fillPage();
