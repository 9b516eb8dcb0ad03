#include "harness/runner/run_series.h"

#include <algorithm>

#include "harness/base/check.h"

namespace heapstorm {

const char* to_string(SeriesFigure figure) {
  switch (figure) {
    case SeriesFigure::connections:
      return "connections";
    case SeriesFigure::messages:
      return "messages";
    case SeriesFigure::errors:
      return "errors";
    case SeriesFigure::clock_ticks:
      return "clock_ticks";
    case SeriesFigure::findings:
      return "findings";
    case SeriesFigure::clock_jumps:
      return "clock_jumps";
    case SeriesFigure::worker_restarts:
      return "worker_restarts";
    case SeriesFigure::signals:
      return "signals";
    case SeriesFigure::descriptor_exhaustions:
      return "descriptor_exhaustions";
    case SeriesFigure::allocation_failures:
      return "allocation_failures";
  }
  HEAPSTORM_CHECK(false);
}

std::uint64_t RunSeries::total(SeriesFigure figure) const {
  std::uint64_t sum = 0;
  for (const SeriesCounts& piece : pieces) sum += piece[static_cast<std::size_t>(figure)];
  return sum;
}

void SeriesRecorder::record(std::uint64_t elapsed_ms, const SeriesCounts& totals) {
  while (elapsed_ms / series_.piece_ms >= most_pieces) double_piece();
  const auto piece = static_cast<std::size_t>(elapsed_ms / series_.piece_ms);
  if (series_.pieces.size() <= piece) series_.pieces.resize(piece + 1);
  for (std::size_t figure = 0; figure < series_figure_count; ++figure) {
    // A count that a dying target wrote may be anything, also less than before.
    series_.pieces[piece][figure] += totals[figure] - std::min(seen_[figure], totals[figure]);
    seen_[figure] = std::max(seen_[figure], totals[figure]);
  }
}

void SeriesRecorder::double_piece() {
  std::vector<SeriesCounts> halved((series_.pieces.size() + 1) / 2);
  for (std::size_t i = 0; i < series_.pieces.size(); ++i) {
    for (std::size_t figure = 0; figure < series_figure_count; ++figure) {
      halved[i / 2][figure] += series_.pieces[i][figure];
    }
  }
  series_.pieces = std::move(halved);
  series_.piece_ms *= 2;
}

}  // namespace heapstorm
