#include "harness/runner/run_series.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

SeriesCounts connections(std::uint64_t count) {
  return {count, 0, 0, 0, 0};
}

std::uint64_t sum_of(const RunSeries& series) {
  std::uint64_t sum = 0;
  for (const SeriesCounts& piece : series.pieces) sum += piece[0];
  return sum;
}

TEST(RunSeries, CountsWhatIsNewInEachPiece) {
  SeriesRecorder recorder(30);
  recorder.record(0, connections(2));
  recorder.record(1, connections(3));
  recorder.record(12, connections(10));
  const RunSeries& series = recorder.series();
  EXPECT_EQ(series.begin_ms, 30u);
  ASSERT_EQ(series.pieces.size(), 3u);
  EXPECT_EQ(series.pieces[0], connections(3));
  EXPECT_EQ(series.pieces[1], connections(0));
  EXPECT_EQ(series.pieces[2], connections(7));
}

TEST(RunSeries, KeepsALongRunWholeInABoundedNumberOfPieces) {
  SeriesRecorder recorder;
  std::uint64_t total = 0;
  for (std::uint64_t at_ms = 0; at_ms < 3'600'000; at_ms += 100) recorder.record(at_ms, connections(++total));
  EXPECT_LE(recorder.series().pieces.size(), SeriesRecorder::max_pieces);
  EXPECT_EQ(sum_of(recorder.series()), total);
}

TEST(RunSeries, IsNotConfusedByACountThatFalls) {
  SeriesRecorder recorder;
  recorder.record(0, connections(5));
  recorder.record(1, connections(0));
  recorder.record(2, connections(6));
  EXPECT_EQ(sum_of(recorder.series()), 6u);
}

TEST(RunSeries, KnowsTheTotalOfEachFigure) {
  const auto restarts = find_series_figure("worker_restarts"), signals = find_series_figure("signals");
  ASSERT_TRUE(restarts && signals);
  SeriesCounts counts = connections(1);
  counts[*restarts] = 2;
  SeriesRecorder recorder;
  recorder.record(0, counts);
  counts[series_connections] = 9;
  counts[*restarts] = 5;
  recorder.record(50, counts);
  EXPECT_EQ(recorder.series().total(*restarts), 5u);
  EXPECT_EQ(recorder.series().total(series_connections), 9u);
  EXPECT_EQ(recorder.series().total(*signals), 0u);
}

TEST(RunSeries, HasARareFigureForEachFaultThatSaysSo) {
  EXPECT_FALSE(series_figures()[series_clock_ticks].is_rare);
  EXPECT_TRUE(series_figures()[*find_series_figure("descriptor_exhaustions")].is_rare);
  EXPECT_FALSE(find_series_figure("heap_delays"));
}

}  // namespace
}  // namespace heapstorm
