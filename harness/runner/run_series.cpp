#include "harness/runner/run_series.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/faults/fault_table.h"

namespace heapstorm {
namespace {

constexpr auto figures_of_every_run = [] {
  std::array<SeriesFigure, series_findings + 1> figures;
  figures[series_connections] = {"connections"};
  figures[series_messages] = {"messages"};
  figures[series_errors] = {"errors"};
  figures[series_clock_ticks] = {"clock_ticks"};
  figures[series_findings] = {"findings"};
  return figures;
}();

}  // namespace

const std::vector<SeriesFigure>& series_figures() {
  static const std::vector<SeriesFigure> figures = [] {
    std::vector<SeriesFigure> all(figures_of_every_run.begin(), figures_of_every_run.end());
    for (const FaultKind* kind : fault_kinds()) {
      if (!kind->traits().series.empty()) all.push_back({kind->traits().series, true});
    }
    HEAPSTORM_CHECK(all.size() <= max_series_figures);
    return all;
  }();
  return figures;
}

std::optional<std::size_t> find_series_figure(std::string_view name) {
  const auto& figures = series_figures();
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const auto& one) { return one.name == name; });
  if (found == figures.end()) return std::nullopt;
  return static_cast<std::size_t>(found - figures.begin());
}

std::uint64_t RunSeries::total(std::size_t figure) const {
  std::uint64_t sum = 0;
  for (const SeriesCounts& piece : pieces) sum += piece[figure];
  return sum;
}

void SeriesRecorder::record(std::uint64_t elapsed_ms, const SeriesCounts& totals) {
  while (elapsed_ms / series_.piece_ms >= max_pieces) double_piece();
  const auto piece = static_cast<std::size_t>(elapsed_ms / series_.piece_ms);
  if (series_.pieces.size() <= piece) series_.pieces.resize(piece + 1);
  for (std::size_t figure = 0; figure < max_series_figures; ++figure) {
    // A count that a dying target wrote may be anything, also less than before.
    series_.pieces[piece][figure] += totals[figure] - std::min(seen_[figure], totals[figure]);
    seen_[figure] = std::max(seen_[figure], totals[figure]);
  }
}

void SeriesRecorder::double_piece() {
  std::vector<SeriesCounts> halved((series_.pieces.size() + 1) / 2);
  for (std::size_t i = 0; i < series_.pieces.size(); ++i) {
    for (std::size_t figure = 0; figure < max_series_figures; ++figure) {
      halved[i / 2][figure] += series_.pieces[i][figure];
    }
  }
  series_.pieces = std::move(halved);
  series_.piece_ms *= 2;
}

}  // namespace heapstorm
