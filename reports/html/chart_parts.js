// What every chart has.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(title, position, more) {
  return { type: "linear", position, beginAtZero: true, title: { display: true, text: title, color: colour("--text") },
    ticks: { color: colour("--text"), maxRotation: 0 }, grid: { color: colour("--line") }, ...more };
}

// Colours follow the scheme of the reader's system, and paper is white.
function onNewColours(redraw) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.matchMedia("print").addEventListener("change", redraw);
}
