// A hit rate: k of n, with the interval in which the true rate lies.

function percent(share) {
  return (100 * share).toFixed(0) + " %";
}

function rateText(rate) {
  return rate.attempts === 0 ? "no attempt" : grouped(rate.hits) + " of " + grouped(rate.attempts);
}

function intervalText(rate) {
  return rate.attempts === 0 ? "" : percent(rate.low) + " to " + percent(rate.high);
}

// The interval as a bar from 0 to 100 %, the rate as a mark. The same stands beside it in figures.
function rateDrawing(rate) {
  const width = 200;
  const svg = drawn("svg", { class: "rate", viewBox: `-4 0 ${width + 8} 20`, "aria-hidden": "true" });
  svg.append(drawn("line", { class: "rail", x1: 0, x2: width, y1: 10, y2: 10 }));
  if (rate.attempts === 0) return svg;
  svg.append(drawn("rect", { class: "interval", x: rate.low * width, y: 6, width: Math.max((rate.high - rate.low) * width, 1), height: 8 }));
  svg.append(drawn("rect", { class: "mark", x: (rate.hits / rate.attempts) * width - 2, y: 2, width: 4, height: 16 }));
  return svg;
}
