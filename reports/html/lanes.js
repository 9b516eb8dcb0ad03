// Swim lanes: the events of each thread around the first finding, one column for each event, in the order of time.

const lane = { left: 150, column: 26, row: 44, top: 18, foot: 62 };

const ring = (x, y) => `M${x - 6},${y} a6,6 0 1,0 12,0 a6,6 0 1,0 -12,0`;
const cross = (x, y, arm) => `M${x - arm},${y - arm} L${x + arm},${y + arm} M${x + arm},${y - arm} L${x - arm},${y + arm}`;

// Each has a form of its own: on paper, and for a reader who does not see colours, that is all there is.
const eventShapes = {
  "thread starts": ["thread", (x, y) => drawn("path", { d: ring(x, y) })],
  "thread stops": ["thread", (x, y) => drawn("path", { d: `${ring(x, y)} ${cross(x, y, 4)}` })],
  action: ["event", (x, y) => drawn("circle", { cx: x, cy: y, r: 6 })],
  "connection opens": ["open", (x, y) => drawn("path", { d: `M${x - 6},${y - 7} L${x + 7},${y} L${x - 6},${y + 7} Z` })],
  "connection closes": ["close", (x, y) => drawn("rect", { x: x - 6, y: y - 6, width: 12, height: 12 })],
  finding: ["finding", (x, y) => drawn("path", { d: `M${x},${y - 11} L${x + 11},${y} L${x},${y + 11} L${x - 11},${y} Z` })],
};
const otherShape = ["thread", (x, y) => drawn("rect", { x: x - 5, y: y - 5, width: 10, height: 10 })];

function shapeOf(name, x, y) {
  const [className, draw] = eventShapes[name] || otherShape;
  const shape = draw(x, y);
  shape.setAttribute("class", className);
  return shape;
}

function signed(ms) {
  const digits = Math.abs(ms) >= 100 ? 0 : Math.abs(ms) >= 1 ? 1 : 3;
  return (ms > 0 ? "+" : "") + ms.toFixed(digits);
}

function eventText(event) {
  const connection = event.connection ? ", connection " + event.connection : "";
  return visible(`${event.thread}, ${signed(event.at_us / 1000)} ms: ${event.event}${connection}${event.action ? ", " + event.action : ""}`);
}

function threadRows(events) {
  return [...new Set(events.map((event) => event.thread))].sort((left, right) => left.localeCompare(right, "en", { numeric: true }));
}

function drawRails(svg, threads, width) {
  threads.forEach((thread, index) => {
    const y = lane.top + lane.row * (index + 0.5);
    svg.append(drawn("line", { class: "rail", x1: lane.left, x2: width, y1: y, y2: y }));
    const name = visible(thread || "(no name)");
    svg.append(drawn("text", { x: 4, y: y + 4 }, name.length > 20 ? name.slice(0, 19) + "\u2026" : name));
  });
}

function drawEvents(svg, events, threads) {
  const bottom = lane.top + lane.row * threads.length;
  events.forEach((event, index) => {
    const x = lane.left + lane.column * (index + 0.7);
    const y = lane.top + lane.row * (threads.indexOf(event.thread) + 0.5);
    if (event.event === "finding") svg.append(drawn("line", { class: "zero", x1: x, x2: x, y1: lane.top / 2, y2: bottom }));
    const shape = shapeOf(event.event, x, y);
    shape.append(drawn("title", {}, eventText(event)));
    svg.append(shape);
    svg.append(drawn("text", { x, y: bottom + 8, transform: `rotate(60 ${x} ${bottom + 8})` }, signed(event.at_us / 1000)));
  });
}

function lanesDrawing(events) {
  const threads = threadRows(events);
  const width = lane.left + lane.column * (events.length + 1) + 20;
  const height = lane.top + lane.row * threads.length + lane.foot;
  const label = "What each thread did, in the order of time. The same is in the table below.";
  const svg = drawn("svg", { class: "lanes", role: "img", "aria-label": label, width, height, viewBox: `0 0 ${width} ${height}` });
  drawRails(svg, threads, width);
  drawEvents(svg, events, threads);
  return svg;
}

function lanesLegend(events) {
  const names = [...new Set(events.map((event) => event.event))];
  return element("ul", { class: "legend", "aria-label": "Signs" }, names.map((name) => {
    const sign = drawn("svg", { class: "lanes", width: 22, height: 22, "aria-hidden": "true" });
    sign.append(shapeOf(name, 11, 11));
    return element("li", {}, sign, visible(name));
  }));
}

function lanesTable(lanes) {
  const rows = lanes.events.map((event) => [signed(event.at_us / 1000), visible(event.thread), visible(event.event), visible(event.connection), visible(event.action)]);
  return table("ms are from " + lanes.zero, [{ head: "ms", number: true }, { head: "thread" }, { head: "event" }, { head: "connection" }, { head: "action" }], rows);
}

function lanesSection() {
  const lanes = report.lanes;
  if (!lanes || lanes.events.length === 0) return null;
  const left = lanes.threads_left_out > 0 ? ` ${grouped(lanes.threads_left_out)} threads whose events are farther away are left out.` : "";
  const picture = scrolling("Events of the threads", lanesDrawing(lanes.events));
  report.afterwards.push(() => {
    const zero = lanes.events.findIndex((event) => event.at_us >= 0);
    picture.scrollLeft = lane.left + lane.column * zero - picture.clientWidth / 2;
  });
  return section("lanes", "Threads around " + lanes.zero,
    element("p", {}, "One column for each event, in the order of time and not to scale; below it the milliseconds from " + lanes.zero + "." + left),
    picture, lanesLegend(lanes.events), element("details", {}, element("summary", {}, "The events as a table"), element("div", { class: "inside" }, lanesTable(lanes))));
}
