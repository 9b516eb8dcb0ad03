// The tables: who allocated and who freed, faults, load, and where this ran.

function matrixCell(count, owner, freeing) {
  const className = "number" + (count === 0 ? "" : owner === freeing ? " own" : " foreign");
  return element("td", { class: className }, count === 0 ? "0" : grouped(count));
}

function matrixSection() {
  const pairs = report.run.coverage.alloc_free_pairs;
  if (pairs.length === 0) return null;
  const heads = pairs.map((_, worker) => element("th", { scope: "col", class: "number" }, "worker " + worker));
  const rows = pairs.map((row, owner) => element("tr", {}, element("th", { scope: "row" }, "worker " + owner),
    row.map((count, freeing) => matrixCell(count, owner, freeing))));
  const foreign = pairs.flatMap((row, owner) => row.filter((count, freeing) => owner !== freeing)).reduce((sum, count) => sum + count, 0);
  const caption = "Blocks, by the worker that allocated them (row) and the one that freed them (column). On the diagonal both are the same, as it should be.";
  return section("matrix", "Allocated by, freed by",
    element("p", {}, "Blocks that another worker freed than their owner: " + grouped(foreign) + "."),
    scrolling("Blocks by owner and freeing worker", element("table", {}, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "owner"), heads)), element("tbody", {}, rows))));
}

function answersText(answers) {
  return Object.entries(answers || {}).map(([answer, count]) => visible(answer) + " " + grouped(count)).join(", ");
}

function faultsSection() {
  const faults = Object.entries(report.run.faults);
  if (faults.length === 0) return null;
  const rows = faults.map(([kind, fault]) => [visible(kind), grouped(fault.planned), grouped(fault.injected),
    fault.observed === null ? "not watched" : grouped(fault.observed), answersText(fault.answers)]);
  return section("faults", "How clients left, and other faults", table("Planned, carried out, and seen from the other side",
    [{ head: "kind" }, { head: "planned", number: true }, { head: "injected", number: true }, { head: "observed", number: true }, { head: "answers" }], rows));
}

function errorRows(errors) {
  return Object.entries(errors).flatMap(([phase, byName]) =>
    Object.entries(byName).map(([name, count]) => [visible(phase), visible(name), grouped(count)]));
}

// Of runs of before sessions were counted, nothing.
function sessionRows(sessions) {
  if (!sessions) return [];
  const parts = [["cut before their end", sessions.cut], ["excused, for their clients broke the protocol", sessions.excused], ["unfinished when the storm ended", sessions.unfinished]];
  return [["sessions that got through", grouped(sessions.completed) + " of " + grouped(sessions.begun)],
    ...parts.filter(([, count]) => count > 0).map(([name, count]) => ["sessions " + name, grouped(count)])];
}

function quantileTable(caption, latency) {
  return table(caption, [{ head: "percentile" }, { head: "us", number: true }], Object.entries(latency).map(([name, us]) => [name, grouped(us)]));
}

function statusTable(statuses) {
  const rows = Object.entries(statuses || {}).map(([status, count]) => [visible(status), grouped(count)]);
  return rows.length === 0 ? null : table("Answers and handshakes by HTTP status", [{ head: "status" }, { head: "count", number: true }], rows);
}

const whyNotReached = { completed: "all connections were made", time_limit: "the time was up" };

function goalText(until) {
  if (until.reached) return `reached after ${grouped(until.connections)} connections, ${grouped(until.at_ms)} ms`;
  return "not reached: " + (whyNotReached[until.stopped_by] ?? "the storm ended before");
}

// What the storm went on for, and how often it began the plan's connections again. Older runs say neither.
function goalRows(load) {
  const rows = [];
  if (load.rounds > 1) rows.push(["rounds of the plan's connections", grouped(load.rounds)]);
  if (load.until) rows.push(["until all " + (load.until.goal === "findings" ? "expected findings" : load.until.goal), goalText(load.until)]);
  return rows;
}

function loadSection() {
  const load = report.run.load;
  const figures = [["connections opened", grouped(load.connections) + " of " + grouped(load.attempted)], ["connections per second", grouped(load.rate_per_s)],
    ...goalRows(load), ...sessionRows(load.sessions), ["messages sent", grouped(load.messages)], ...(load.answers === undefined ? [] : [["answers", grouped(load.answers)]]), ["bytes, both directions", grouped(load.bytes)],
    ["client CPU per connection, us", grouped(load.client_cpu_us_per_connection)], ["client threads", grouped(load.client_threads ?? 1)]];
  const errors = errorRows(load.errors);
  return section("load", "Load", element("div", { class: "pairs" },
    table("Load", [{ head: "figure" }, { head: "value", number: true }], figures),
    quantileTable("Time of one open, us", load.latency_us),
    load.answer_latency_us ? quantileTable("Time of one answer, us", load.answer_latency_us) : null, statusTable(load.statuses),
    errors.length === 0 ? element("p", {}, "No client met an error.")
      : table("Errors that clients met", [{ head: "phase" }, { head: "error" }, { head: "count", number: true }], errors)));
}

function exitText(exit) {
  if (exit.signal !== null) return "signal " + exit.signal;
  return exit.code === null ? "not seen" : "code " + exit.code;
}

function environmentSection() {
  const run = report.run;
  const coverage = run.coverage.workers === 0 ? null : `${run.coverage.workers_reached} of ${run.coverage.workers}, in ${grouped(run.coverage.accept_close_pairs)} pairs of opening and closing thread`;
  return section("environment", "Environment", definitions([
    ["scenario file", code(run.scenario_file)], ["seed", String(run.seed)], ["plan hash", code(run.plan_hash)],
    ["target", visible(run.target.name + " / " + run.target.variant)], ["flavour", run.tool.flavour],
    ["workers reached", coverage], ["target's process", String(run.target.pid) + ", exit " + exitText(run.target.exit)],
    ["started", run.started_at], ["ended", run.end_reason], ["time", grouped(run.duration_ms) + " ms"],
    ["heapstorm", run.tool.version], ["compiler of the runner", visible(run.tool.compiler)],
  ]));
}
