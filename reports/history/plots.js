// Plots over time: each has one line for each thing that is followed, and where there is a spread a band around the
// first.

const lineStyles = [
  {colourName: "--chart-1", dash: [], pointStyle: "circle"},
  {colourName: "--chart-3", dash: [6, 3], pointStyle: "triangle"},
  {colourName: "--chart-2", dash: [2, 3], pointStyle: "rect"},
  {colourName: "--chart-4", dash: [8, 3, 2, 3], pointStyle: "rectRot"},
];

// A line is {label, values, low, high, texts}: what a point is, where it may lie, and what is said of it. null: nothing
// is known.
function lineDataset(line, index) {
  const style = lineStyles[index % lineStyles.length];
  return {
    label: line.label,
    data: line.values,
    texts: line.texts,
    borderColor: colour(style.colourName),
    backgroundColor: colour(style.colourName),
    borderDash: style.dash,
    pointStyle: style.pointStyle,
    pointRadius: 4,
    hoverRadius: 6,
    borderWidth: 2,
    order: index
  };
}

// A band's edge; the upper one is filled down to the lower one, which stands before it.
function edgeDataset(values, fill) {
  return {
    label: "",
    data: values,
    fill,
    borderWidth: 0,
    pointRadius: 0,
    hoverRadius: 0,
    pointHitRadius: 0,
    backgroundColor: colour("--chart-1") + "33",
    order: 100
  };
}

function plotDatasets(lines) {
  const band = lines[0].low ? [edgeDataset(lines[0].low, false), edgeDataset(lines[0].high, "-1")] : [];
  return [...band, ...lines.map(lineDataset)];
}

function plotOptions(yTitle, yMax) {
  const x = {
    type: "category",
    ticks: {color: colour("--text"), maxRotation: 45, autoSkipPadding: 12},
    grid: {color: colour("--line")}
  };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    spanGaps: true,
    interaction: {mode: "nearest", axis: "x", intersect: false},
    scales: {x, y: axis(yTitle, "left", yMax === null ? {} : {max: yMax})},
    plugins: {
      legend: {labels: {color: colour("--text"), usePointStyle: true, filter: (entry) => entry.text !== ""}},
      tooltip: {
        filter: (item) => item.dataset.label !== "",
        callbacks: {label: (item) => item.dataset.label + ": " + item.dataset.texts[item.dataIndex]}
      },
    },
  };
}

// The plot's place, and `draw`, to be called once that place is shown.
function plot(title, times, lines, yTitle, yMax) {
  const canvas = element("canvas", {role: "img", "aria-label": title + " over time. The same is in the table below."});
  const draw = () => {
    const chart = new Chart(
        canvas,
        {type: "line", data: {labels: times, datasets: plotDatasets(lines)}, options: plotOptions(yTitle, yMax)});
    onNewColours(() => {
      chart.data.datasets = plotDatasets(lines);
      chart.options = plotOptions(yTitle, yMax);
      chart.update("none");
      chart.resize();
    });
  };
  return {
    place: element(
        "figure", {class: "plot"}, element("figcaption", {}, title), element("div", {class: "chart small"}, canvas)),
    draw
  };
}
