// What was found: one expandable entry each, the two sides next to each other.

function titleOf(finding) {
  const tag = finding.block && finding.block.tag ? " of " + finding.block.tag : "";
  return visible(finding.kind + tag);
}

function expectedBadge(finding) {
  return finding.expected
    ? element("span", { class: "badge good" }, "expected")
    : element("span", { class: "badge bad" }, "unexpected");
}

function capitalised(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lastPart(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

function placeOf(frame) {
  if (!frame.file) return lastPart(frame.module) + "+" + frame.offset;
  return frame.line ? frame.file + ":" + frame.line : frame.file;
}

function sourceOf(frame) {
  const excerpt = report.sources[frame.file + ":" + frame.line];
  if (!excerpt) return null;
  const width = String(excerpt.first + excerpt.lines.length).length;
  const lines = excerpt.lines.map((line, index) => {
    const number = excerpt.first + index;
    const here = number === frame.line;
    return element("span", { class: here ? "here" : null }, String(number).padStart(width) + "  " + visible(line));
  });
  const label = "Source of " + visible(placeOf(frame));
  return element("pre", { class: "source", tabindex: "0", role: "region", "aria-label": label }, lines);
}

function frameEntry(frame, reading) {
  return element("li", {},
    element("span", { class: frame === reading ? "code reading" : "code" }, visible(frame.function || "(no name)")),
    element("span", { class: "code place" }, visible(placeOf(frame))),
    sourceOf(frame));
}

// Frames one after the other that are the target's own or not: what is not is folded away.
function runsOf(side) {
  const runs = [];
  side.stack.forEach((frame, index) => {
    const own = index === side.place || side.own[index];
    const last = runs[runs.length - 1];
    if (last && last.own === own) last.frames.push(frame);
    else runs.push({ own, frames: [frame] });
  });
  return runs;
}

function foldedFrames(frames) {
  const count = frames.length === 1 ? "1 frame" : frames.length + " frames";
  return element("details", { class: "folded" }, element("summary", {}, count + " of libraries, host and heap"),
    element("ol", { class: "stack inside" }, frames.map((frame) => frameEntry(frame, null))));
}

const incompleteStack = {
  left_out: "The stack is incomplete: the outermost frames are left out.",
  lost: "The stack is incomplete: it could not be followed further.",
};

function stackOf(side) {
  if (side.stack.length === 0 && !side.stack_incomplete) return element("p", { class: "soft" }, "No stack is known.");
  const reading = side.stack[side.place];
  const entries = runsOf(side).map((run) =>
    run.own ? run.frames.map((frame) => frameEntry(frame, reading)) : element("li", {}, foldedFrames(run.frames)));
  return [element("ol", { class: "stack", "aria-label": "Stack, innermost first" }, entries),
    side.stack_incomplete ? element("p", { class: "soft" }, incompleteStack[side.stack_incomplete]) : null];
}

function sideOf(side, role) {
  const thread = visible(side.thread || "an unknown thread") + (side.exited ? " (exited)" : "");
  return element("div", { class: "side " + role },
    element("h3", {}, capitalised(visible(side.deed)) + " ", element("span", { class: "code" }, thread)),
    definitions([
      ["connection", side.connection === null ? null : String(side.connection)],
      ["client action", visible(side.action)],
      ["context", visible(side.text)],
    ]),
    stackOf(side));
}

function sidesOf(finding) {
  const sides = [];
  if (finding.owner) sides.push(sideOf(finding.owner, "owner"));
  for (const handoff of finding.handoffs) sides.push(sideOf(handoff, "handoff"));
  if (finding.freed) sides.push(sideOf(finding.freed, "freed"));
  if (finding.offender) sides.push(sideOf(finding.offender, "offender"));
  return sides.length === 0 ? null : element("div", { class: "sides" }, sides);
}

function blockText(block) {
  if (!block) return null;
  if (block.size === null) return [code(block.address), ", no block is known there; size and tag are unknown"];
  return [code(block.address), " of " + grouped(block.size) + " bytes, tag ", code(block.tag || "(none)"),
    ", " + visible(block.state) + ", " + grouped(block.age_ms) + " ms old"];
}

function factsOf(finding) {
  const first = finding.first;
  const when = "at " + grouped(first.at_ms) + " ms" + (first.connection === null ? "" : ", connection " + first.connection) +
    (first.action ? ", " + visible(first.action) : "");
  return definitions([
    ["block", blockText(finding.block)],
    ["lies in", finding.block && finding.block.lies_in ? code(finding.block.lies_in) : null],
    [finding.kind === "data_race" ? "variable" : "held by", finding.held_by === null ? null : code(finding.held_by)],
    ["seen", times(finding.count) + ", first " + when],
    ["witness", { owner_heap: "the owner heap", asan: "AddressSanitizer", tsan: "ThreadSanitizer", signal: "the signal that the target died of",
      exit: "the target's exit", protocol: "the clients" }[finding.source] || visible(finding.source)],
    ["fingerprint", code(finding.fingerprint)],
    ["record", finding.damaged ? element("span", { class: "badge warn" }, "damaged: parts of it made no sense") : null],
  ]);
}

function findingEntry(finding, index) {
  return element("details", { id: "finding-" + (index + 1), class: "entry", open: index === 0 },
    element("summary", {}, element("strong", {}, titleOf(finding)), " ", expectedBadge(finding), " ",
      element("span", { class: "soft" }, times(finding.count))),
    element("div", { class: "inside" },
      finding.summary ? element("p", {}, visible(finding.summary)) : null, factsOf(finding), sidesOf(finding)));
}

function shortFindings() {
  if (report.more.length === 0) return null;
  const rows = report.more.map((finding) =>
    [titleOf(finding), finding.expected ? "expected" : "unexpected", grouped(finding.count), grouped(finding.at_ms), code(finding.fingerprint)]);
  const left = report.left_out > 0 ? " and " + grouped(report.left_out) + " that are only in run.json" : "";
  return table("The other findings in short" + left, [{ head: "finding" }, { head: "" }, { head: "times", number: true },
    { head: "first at ms", number: true }, { head: "fingerprint" }], rows);
}

function toggleAll() {
  const entries = [...document.querySelectorAll("details.entry")];
  const open = entries.some((entry) => !entry.open);
  for (const entry of entries) entry.open = open;
}

function findingsSection() {
  const findings = report.run.findings;
  if (findings.length === 0) return section("findings", "Findings", element("p", {}, "Nothing was found."));
  const all = element("button", { type: "button" }, "Open or close all");
  all.addEventListener("click", toggleAll);
  return section("findings", "Findings", findings.length > 1 ? element("div", { class: "controls" }, all) : null,
    findings.map(findingEntry), shortFindings());
}
