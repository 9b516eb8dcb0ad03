#include "harness/runner/evidence/storm_watch.h"

#include <algorithm>

#include "harness/faults/fault_table.h"
#include "harness/runner/evidence/resource_limits.h"

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t poll_ms = 1;
constexpr std::uint64_t sample_every_ms = 100;
constexpr std::uint64_t progress_every_ms = 10;

}  // namespace

StormWatch::StormWatch(Subject subject, std::uint32_t planned_connections, std::uint64_t begin_ms)
    : subject_(subject), planned_connections_(planned_connections), series_(begin_ms) {
  subject_.faults.beside().begin(0);
}

std::int64_t StormWatch::elapsed_us() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin_).count();
}

void StormWatch::watch(std::stop_source& storm_stop, const std::atomic<StormStage>& stage) {
  bool clients_are_gone = false;
  while (stage != StormStage::over) {
    sample();
    record();
    if (subject_.process.wait_ms(poll_ms) || growth_ || subject_.options.stop.stop_requested()) {
      storm_stop.request_stop();
      return;
    }
    if (!clients_are_gone && stage != StormStage::on) {
      clients_are_gone = true;
      subject_.faults.beside().end();
    }
    inject();
    tell_progress();
  }
}

void StormWatch::watch_for(std::uint32_t duration_ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(duration_ms);
  while (Clock::now() < end && !subject_.process.wait_ms(poll_ms) && !subject_.options.stop.stop_requested()) inject();
  record();
}

void StormWatch::end() {
  subject_.faults.beside().end();
  sample();
  record();
}

void StormWatch::sample() {
  const Limits& limits = subject_.scenario.limits;
  if ((!limits.rss_mb && !limits.descriptors) || growth_ || elapsed_ms() < next_sample_ms_) return;
  next_sample_ms_ = elapsed_ms() + sample_every_ms;
  growth_ = exceeded(limits, usage_below(subject_.process.guardian_pid()));
}

void StormWatch::record() {
  SeriesCounts counts{};
  counts[series_connections] = progress_.connections;
  counts[series_messages] = progress_.messages;
  counts[series_errors] = progress_.errors;
  counts[series_clock_ticks] = subject_.faults.target().clock_ticks();
  counts[series_findings] = subject_.box.findings();
  const std::vector<std::uint64_t> injected = subject_.faults.injected();
  for (std::size_t kind = 0; kind < injected.size(); ++kind) {
    const auto figure = find_series_figure(fault_kinds()[kind]->traits().series);
    if (figure) counts[*figure] = injected[kind];
  }
  series_.record(elapsed_ms(), counts);
}

void StormWatch::inject() {
  subject_.faults.beside().poll(elapsed_us(), subject_.box.findings());
}

void StormWatch::tell_progress() {
  if (!subject_.options.on_progress || elapsed_ms() < next_progress_ms_) return;
  const std::uint64_t planned = std::uint64_t{planned_connections_} * progress_.rounds;
  subject_.options.on_progress({progress_, planned, subject_.box.findings(), elapsed_ms()});
  next_progress_ms_ = elapsed_ms() + progress_every_ms;
}

}  // namespace heapstorm
