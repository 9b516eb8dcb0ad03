// A StormWatch: looks after the target while a storm is on. It sends the faults that happen beside the storm, records
// how the run goes over time, and ends the storm early when the target has died or uses too much, or when the user
// wants to stop.
//
// Used by the attempt's thread, while the storm runs on another.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/plan/plan.h"
#include "harness/process/process.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/faults/target_faults.h"
#include "harness/runner/run_options.h"
#include "harness/runner/run_series.h"
#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

enum class StormStage {
  on,
  ending,  // the clients have gone; what their faults still have under way is awaited
  over,
};

class StormWatch {
 public:
  struct Subject {
    const Scenario& scenario;
    const RunOptions& options;
    const BlackBoxFile& box;
    TargetFaults& faults;
    Process& process;
  };

  // Begins with the storm, `begin_ms` after the target's start. What `subject` names must outlive it.
  StormWatch(Subject subject, std::uint32_t planned_connections, std::uint64_t begin_ms);

  // What the storm counts into.
  StormProgress& progress() { return progress_; }
  // Until the storm is over. What happens beside it again and again ends when the clients have gone.
  void watch(std::stop_source& storm_stop, const std::atomic<StormStage>& stage);
  // Longer, as long as the target lives and nobody wants to stop.
  void watch_for(std::uint32_t duration_ms);
  // Gives the target back what it had, and looks a last time.
  void end();

  // Which of the scenario's limits the target exceeded, and how.
  const std::optional<std::string>& growth() const { return growth_; }
  const RunSeries& series() const { return series_.series(); }

 private:
  std::int64_t elapsed_us() const;
  std::uint64_t elapsed_ms() const { return static_cast<std::uint64_t>(elapsed_us()) / 1000; }
  void sample();
  void record();
  void inject();
  void tell_progress();

  const Subject subject_;
  const std::uint32_t planned_connections_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  StormProgress progress_;
  SeriesRecorder series_;
  std::optional<std::string> growth_;
  std::uint64_t next_sample_ms_ = 0;
  std::uint64_t next_progress_ms_ = 0;
};

}  // namespace heapstorm
