// RunSeries: how a run went over time, in a bounded number of equal pieces. A plain value, and the recorder that makes
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace heapstorm {

// What is counted, by its name in run.json.
struct SeriesFigure {
  std::string_view name;
  bool is_rare = false;  // a fault that few runs have: in run.json only where there was one
};
// These five, and then the rare ones that the table of target-side faults names.
enum : std::size_t { series_connections, series_messages, series_errors, series_clock_ticks, series_findings };
const std::vector<SeriesFigure>& series_figures();
// Where it stands among them, or nothing.
std::optional<std::size_t> find_series_figure(std::string_view name);

constexpr std::size_t max_series_figures = 16;
using SeriesCounts = std::array<std::uint64_t, max_series_figures>;  // as series_figures() has them, the rest 0

struct RunSeries {
  std::uint64_t begin_ms = 0;        // of the first piece, since the target's start
  std::uint64_t piece_ms = 0;        // the length of each piece
  std::vector<SeriesCounts> pieces;  // what happened in each
  bool operator==(const RunSeries&) const = default;

  // In all pieces together. `figure`: its place in series_figures().
  std::uint64_t total(std::size_t figure) const;
};

// Not safe for use by several threads at once.
class SeriesRecorder {
 public:
  static constexpr std::size_t max_pieces = 240;
  static constexpr std::uint64_t first_piece_ms = 5;

  explicit SeriesRecorder(std::uint64_t begin_ms = 0) { series_.begin_ms = begin_ms; }

  // `totals` are the figures so far, `elapsed_ms` after begin_ms. A run that outgrows max_pieces gets pieces of twice
  // the length: a run of any length is kept whole. What happened between two calls belongs to the later one's piece.
  void record(std::uint64_t elapsed_ms, const SeriesCounts& totals);

  const RunSeries& series() const { return series_; }

 private:
  void double_piece();

  RunSeries series_{0, first_piece_ms, {}};
  SeriesCounts seen_{};
};

}  // namespace heapstorm
