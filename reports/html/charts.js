// The charts: what happened over time, and what each thread did around the first finding.

function perSecond(counts, piece_ms) {
  return counts.map((count) => (count * 1000) / piece_ms);
}

function seriesPoints(series, name) {
  const rates = perSecond(series[name], series.piece_ms);
  const points = rates.map((rate, index) => ({ x: series.begin_ms + index * series.piece_ms, y: rate }));
  return [...points, { ...points.at(-1), x: wholeRange(series).max }]; // so that the last piece has a width, too
}

function findingPoints(findings) {
  return findings.map((finding) => ({ x: finding.first.at_ms, y: 0, finding }));
}

// Faults that are injected now and then; clock ticks come all the time and have a line of their own.
const alwaysThere = ["begin_ms", "piece_ms", "connections", "messages", "errors", "clock_ticks", "findings"];

function rareFaults(series) {
  return Object.keys(series).filter((key) => !alwaysThere.includes(key)).map((key) => [key, key.replaceAll("_", " ")]);
}

// The faults of each piece in which there was one, by name.
function faultPoints(series) {
  return series.connections.map((_, index) => ({ x: series.begin_ms + (index + 0.5) * series.piece_ms, y: 0,
    faults: rareFaults(series).filter(([key]) => series[key][index] > 0).map(([key, name]) => name + ": " + grouped(series[key][index])) }))
    .filter((point) => point.faults.length > 0);
}

function lineSet(label, data, colourName, axis, dash) {
  return { type: "line", label, data, pointStyle: "line", yAxisID: axis, stepped: "before", pointRadius: 0, borderWidth: 2, borderDash: dash,
    borderColor: colour(colourName), backgroundColor: colour(colourName) };
}

function timelineSets(run) {
  const series = run.series;
  return [
    { type: "scatter", label: "first sight of a finding", data: findingPoints(run.findings), yAxisID: "y", clip: false, pointStyle: "triangle",
      radius: 9, hoverRadius: 11, borderColor: colour("--page"), backgroundColor: colour("--chart-3") },
    { type: "scatter", label: "faults", data: faultPoints(series), yAxisID: "y", clip: false, pointStyle: "rectRot",
      radius: 6, hoverRadius: 8, borderColor: colour("--text"), backgroundColor: colour("--chart-2") },
    lineSet("connections per second", seriesPoints(series, "connections"), "--chart-1", "y", []),
    lineSet("errors per second", seriesPoints(series, "errors"), "--chart-3", "y", [2, 3]),
    lineSet("clock ticks per second", seriesPoints(series, "clock_ticks"), "--chart-2", "ticks", [7, 4]),
  ];
}

function tooltipText(item) {
  const { finding, faults } = item.raw;
  if (faults) return faults;
  return finding ? titleOf(finding) + " at " + grouped(finding.first.at_ms) + " ms" : item.dataset.label + ": " + grouped(item.raw.y);
}

function timelineOptions(range) {
  return {
    animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "nearest", axis: "x", intersect: false },
    scales: {
      x: axis("ms since the target's start", "bottom", { min: range.min, max: range.max, beginAtZero: false }),
      y: axis("per second", "left", {}),
      ticks: axis("clock ticks per second", "right", { grid: { drawOnChartArea: false } }),
    },
    plugins: {
      legend: { labels: { color: colour("--text"), usePointStyle: true, boxWidth: 24 } },
      tooltip: { callbacks: { title: (items) => (items.length ? grouped(items[0].parsed.x) + " ms" : ""), label: tooltipText } },
    },
  };
}

function wholeRange(series) {
  return { min: series.begin_ms, max: series.begin_ms + series.piece_ms * Math.max(series.connections.length, 1) };
}

// The part of the run that is shown; never outside of the whole, never narrower than a millisecond.
class Zoom {
  constructor(whole, onChange) {
    this.whole = whole;
    this.range = { ...whole };
    this.onChange = onChange;
  }
  show(min, max) {
    const width = Math.min(Math.max(max - min, 1), this.whole.max - this.whole.min);
    const begin = Math.min(Math.max(min, this.whole.min), this.whole.max - width);
    this.range = { min: begin, max: begin + width };
    this.onChange(this.range);
  }
  scale(factor) {
    const middle = (this.range.min + this.range.max) / 2;
    const half = ((this.range.max - this.range.min) * factor) / 2;
    this.show(middle - half, middle + half);
  }
  move(share) {
    const step = (this.range.max - this.range.min) * share;
    this.show(this.range.min + step, this.range.max + step);
  }
}

function zoomControls(zoom) {
  const actions = [
    ["Zoom in", () => zoom.scale(0.5)], ["Zoom out", () => zoom.scale(2)], ["Earlier", () => zoom.move(-0.5)],
    ["Later", () => zoom.move(0.5)], ["Whole run", () => zoom.show(zoom.whole.min, zoom.whole.max)],
  ];
  return element("div", { class: "controls", role: "group", "aria-label": "Part of the timeline" }, actions.map(([label, action]) => {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", action);
    return button;
  }));
}

// A range that is dragged over with the pointer is shown larger.
function zoomByDragging(canvas, chart, zoom) {
  let begin = null;
  const at = (event) => chart.scales.x.getValueForPixel(event.offsetX);
  canvas.addEventListener("pointerdown", (event) => { begin = at(event); });
  canvas.addEventListener("pointerup", (event) => {
    const end = at(event);
    const dragged = begin !== null && Math.abs(end - begin) > (zoom.range.max - zoom.range.min) / 50;
    if (dragged) zoom.show(Math.min(begin, end), Math.max(begin, end));
    begin = null;
  });
}

function timelineTable(run) {
  const series = run.series;
  const injected = rareFaults(series);
  const rows = series.connections.map((count, index) => [grouped(series.begin_ms + index * series.piece_ms), grouped(count),
    grouped(series.messages[index]), grouped(series.errors[index]), grouped(series.clock_ticks[index]), grouped(series.findings[index]),
    ...injected.map(([key]) => grouped(series[key][index]))]);
  const heads = ["from ms", "connections", "messages", "errors", "clock ticks", "violations", ...injected.map(([, name]) => name)];
  return table("In pieces of " + grouped(series.piece_ms) + " ms", heads.map((head) => ({ head, number: true })), rows);
}

function drawTimeline(canvas, run, range) {
  return new Chart(canvas, { data: { datasets: timelineSets(run) }, options: timelineOptions(range) });
}

function redrawOnNewColours(chart, run, zoom) {
  const redraw = () => {
    chart.data.datasets = timelineSets(run);
    chart.options = timelineOptions(zoom.range);
    chart.update("none");
    chart.resize();
  };
  onNewColours(redraw);
}

function timelineSection() {
  const run = report.run;
  if (run.series.connections.length === 0) return section("timeline", "Timeline", element("p", {}, "No storm was begun."));
  const canvas = element("canvas", { role: "img", "aria-label": "Connections, errors and clock ticks per second over the run, the faults that were injected, and when each finding was first seen. The same is in the table below." });
  const box = section("timeline", "Timeline");
  let chart = null;
  const zoom = new Zoom(wholeRange(run.series), (range) => {
    chart.options.scales.x.min = range.min;
    chart.options.scales.x.max = range.max;
    chart.update("none");
  });
  const more = element("details", {}, element("summary", {}, "The timeline as a table"));
  more.addEventListener("toggle", () => { if (more.children.length === 1) more.append(element("div", { class: "inside" }, timelineTable(run))); });
  box.append(element("div", { class: "chart" }, canvas), zoomControls(zoom), more);
  report.afterwards.push(() => {
    chart = drawTimeline(canvas, run, zoom.range);
    report.chart = chart;
    zoomByDragging(canvas, chart, zoom);
    redrawOnNewColours(chart, run, zoom);
  });
  return box;
}
