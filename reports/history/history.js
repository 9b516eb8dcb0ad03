// The page of a history, from top to bottom. Its data is the history's JSON, with long texts and long lists cut.
const past = JSON.parse(document.getElementById("data").textContent);
const scenariosOpenAtFirst = 3;
const fewestPointsPlotted = 3;  // one or two say more as numbers

// "2026-11-22 05:59"
function minute(at) { return at.slice(0, 16).replace("T", " "); }

function sightingText(sighting) {
  return [
    minute(sighting.at), element("br"),
    element(
        "span", {class: "soft"},
        `${visible(sighting.scenario)} (${visible(sighting.flavour)}), seed ${sighting.seed}, heapstorm ${
            visible(sighting.tool_version)}`)
  ];
}

function findingsSection() {
  if (past.findings.length === 0) return section("findings", "Findings", element("p", {}, "Nothing was ever found."));
  const rows = past.findings.map(
      (finding) => [
          [
            visible(finding.what), finding.where ? [element("br"), code(finding.where)] : null, element("br"),
            code(finding.fingerprint)
          ],
          sightingText(finding.first), sightingText(finding.last), grouped(finding.runs)]);
  const left = past.findings_left_out > 0 ?
      ", and " + grouped(past.findings_left_out) + " that heapstorm history show --json has" :
      "";
  return section(
      "findings", "Findings",
      table(
          "The one that was seen last comes first" + left,
          [{head: "finding"}, {head: "first seen (UTC)"}, {head: "last seen (UTC)"}, {head: "runs", number: true}],
          rows));
}

function rateLine(label, rates) {
  const share = (rate, part) => (rate.attempts === 0 ? null : 100 * part);
  return {
    label,
    values: rates.map((rate) => share(rate, rate.hits / rate.attempts)),
    low: rates.map((rate) => share(rate, rate.low)),
    high: rates.map((rate) => share(rate, rate.high)),
    texts: rates.map((rate) => rateText(rate) + (rate.attempts === 0 ? "" : ", " + intervalText(rate)))
  };
}

function shortText(text) { return text.length > 40 ? text.slice(0, 39) + "\u2026" : text; }

function ratePlot(scenario, times) {
  const lines = [rateLine("anything", scenario.points.map((point) => point.any))];
  scenario.findings.forEach((fingerprint, index) => {
    const label = shortText(visible(scenario.names[index])) + " [" + shortText(visible(fingerprint)) + "]";
    lines.push(rateLine(label, scenario.points.map((point) => point.findings[index])));
  });
  return plot("How often something was found, with the 95 % interval of anything", times, lines, "% of the runs", 100);
}

function spreadText(spread) {
  if (!spread) return "";
  if (spread.runs < 2 || spread.least === spread.greatest) return grouped(spread.median);
  return `${grouped(spread.median)} (${grouped(spread.least)} to ${grouped(spread.greatest)})`;
}

function figurePlot(scenario, times, name, index) {
  const spreads = scenario.points.map((point) => point.load[index]);
  const of = (part) => spreads.map((spread) => (spread ? spread[part] : null));
  const line = {
    label: "median, and least to greatest",
    values: of("median"),
    low: of("least"),
    high: of("greatest"),
    texts: spreads.map(spreadText)
  };
  return plot(visible(name), times, [line], "", null);
}

function pointsTable(scenario) {
  const rows = scenario.points.map(
      (point) =>
          [minute(point.at), visible(point.tool_version),
           rateText(point.any) + (point.failed_runs === 0 ? "" : `, ${grouped(point.failed_runs)} more failed to run`),
           intervalText(point.any), ...scenario.findings.map((_, index) => rateText(point.findings[index])),
           ...point.load.map(spreadText)]);
  const heads = [
    "time (UTC)", "heapstorm", "found something", "95 % interval",
    ...scenario.findings.map((fingerprint) => "[" + shortText(visible(fingerprint)) + "]"), ...past.figures.map(visible)
  ];
  return table(
      "Load figures: median (least to greatest)", heads.map((head, index) => ({head, number: index > 1})), rows);
}

// A row for each figure, a column for each point: they are few.
function fewPointsTable(scenario) {
  const row = (name, textOf) => [name, ...scenario.points.map(textOf)];
  const rows = [
    row("heapstorm", (point) => visible(point.tool_version)),
    row("found something",
        (point) => rateText(point.any) +
            (point.failed_runs === 0 ? "" : `, ${grouped(point.failed_runs)} more failed to run`)),
    row("95 % interval", (point) => intervalText(point.any)),
    ...scenario.findings.map(
        (fingerprint, index) =>
            row([visible(scenario.names[index]), element("br"), code(fingerprint)],
                (point) => rateText(point.findings[index]))),
    ...past.figures.map((name, index) => row(visible(name), (point) => spreadText(point.load[index])))
  ];
  const columns = [{head: "figure"}, ...scenario.points.map((point) => ({head: minute(point.at), number: true}))];
  return table("Time is UTC. Load figures: median (least to greatest)", columns, rows);
}

function plottedParts(scenario) {
  const times = scenario.points.map((point) => minute(point.at));
  const plots =
      [ratePlot(scenario, times), ...past.figures.map((name, index) => figurePlot(scenario, times, name, index))];
  const asTable = element(
      "details", {}, element("summary", {}, "The same as a table"),
      element("div", {class: "inside"}, pointsTable(scenario)));
  return {content: [element("div", {class: "plots"}, plots.map((one) => one.place)), asTable], plots};
}

function scenarioParts(scenario) {
  const notes = [
    scenario.points_left_out > 0 ? element("p", {}, grouped(scenario.points_left_out) + " older points are left out.") :
                                   null,
    scenario.more_findings > 0 ?
        element("p", {}, grouped(scenario.more_findings) + " less frequent findings have no line here.") :
        null
  ];
  const few = scenario.points.length < fewestPointsPlotted;
  const parts = few ? {content: [fewPointsTable(scenario)], plots: []} : plottedParts(scenario);
  return {content: [notes, ...parts.content], plots: parts.plots};
}

// What is folded is made when it is unfolded: two hundred scenarios have a thousand plots.
function scenarioEntry(scenario, index) {
  const newest = scenario.points[scenario.points.length - 1];
  const entry = element(
      "details", {class: "entry", id: "scenario-" + (index + 1)},
      element(
          "summary", {}, element("strong", {}, `${visible(scenario.scenario)} (${visible(scenario.flavour)})`), " ",
          element("span", {class: "soft"}, `last: found something in ${rateText(newest.any)}`)));
  entry.fill = () => {
    if (entry.children.length > 1) return;
    const parts = scenarioParts(scenario);
    entry.append(element("div", {class: "inside"}, parts.content));
    for (const one of parts.plots) one.draw();
  };
  entry.addEventListener("toggle", () => {
    if (entry.open) entry.fill();
  });
  return entry;
}

function scenariosSection() {
  const left = past.scenarios_left_out > 0 ?
      element("p", {}, grouped(past.scenarios_left_out) + " more scenarios are only in the database.") :
      null;
  return section("scenarios", "Scenarios", left, past.scenarios.map(scenarioEntry));
}

function spanText() {
  const times = past.scenarios.flatMap((scenario) => scenario.points.map((point) => point.at)).sort();
  return times.length === 0 ? "" : `, ${minute(times[0])} to ${minute(times[times.length - 1])} UTC`;
}

function fillPage() {
  document.title = "heapstorm history";
  document.getElementById("top").append(
      element("h1", {}, "History of runs"),
      element(
          "p", {class: "soft"},
          `${grouped(past.runs)} runs of ${grouped(past.scenarios.length + past.scenarios_left_out)} scenarios${
              spanText()}`));
  document.getElementById("main").append(findingsSection(), scenariosSection());
  document.getElementById("foot").append(element("p", {class: "soft"}, "Made by heapstorm history show."));
  const entries = [...document.querySelectorAll("details.entry")];
  for (const entry of entries.slice(0, scenariosOpenAtFirst)) {
    entry.open = true;
    entry.fill();
  }
  openAllForPrint();
  window.addEventListener("beforeprint", () => {
    for (const entry of entries) entry.fill();
  });
  followLinks();
}

fillPage();
