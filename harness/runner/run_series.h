// RunSeries: how a run went over time, in a bounded number of equal pieces. A plain value, and the recorder that makes
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapstorm {

// What is counted; to_string() gives its name in run.json.
enum class SeriesFigure {
  connections,
  messages,
  errors,
  clock_ticks,
  findings,
  // Faults that few runs have: in run.json only where there was one.
  clock_jumps,
  worker_restarts,
  signals,
  descriptor_exhaustions,
  allocation_failures
};
constexpr std::size_t series_figure_count = 10;
const char* to_string(SeriesFigure);
constexpr bool is_rare(SeriesFigure figure) {
  return figure >= SeriesFigure::clock_jumps;
}

using SeriesCounts = std::array<std::uint64_t, series_figure_count>;  // by SeriesFigure

struct RunSeries {
  std::uint64_t begin_ms = 0;        // of the first piece, since the target's start
  std::uint64_t piece_ms = 0;        // the length of each piece
  std::vector<SeriesCounts> pieces;  // what happened in each
  bool operator==(const RunSeries&) const = default;

  // In all pieces together.
  std::uint64_t total(SeriesFigure figure) const;
};

// Not safe for use by several threads at once.
class SeriesRecorder {
 public:
  static constexpr std::size_t most_pieces = 240;
  static constexpr std::uint64_t first_piece_ms = 5;

  explicit SeriesRecorder(std::uint64_t begin_ms = 0) { series_.begin_ms = begin_ms; }

  // `totals` are the figures so far, `elapsed_ms` after begin_ms. A run that outgrows most_pieces gets pieces of twice
  // the length: a run of any length is kept whole. What happened between two calls belongs to the later one's piece.
  void record(std::uint64_t elapsed_ms, const SeriesCounts& totals);

  const RunSeries& series() const { return series_; }

 private:
  void double_piece();

  RunSeries series_{0, first_piece_ms, {}};
  SeriesCounts seen_{};
};

}  // namespace heapstorm
