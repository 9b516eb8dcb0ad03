#include "harness/runner/supervisor.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "harness/abi/black_box.h"
#include "harness/plan/plan.h"
#include "harness/runner/atomic_file.h"
#include "harness/runner/black_box_file.h"
#include "harness/runner/collect.h"
#include "harness/runner/plan_file.h"
#include "harness/runner/process.h"
#include "harness/runner/signal_faults.h"
#include "harness/runner/target_command.h"
#include "harness/runner/text_file.h"

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t clock_start_s = 1'700'000'000;  // any fixed second: no target may depend on the real one
constexpr std::uint32_t start_poll_ms = 2;
constexpr std::uint32_t storm_poll_ms = 1;
constexpr std::uint64_t progress_every_ms = 10;
constexpr std::uint32_t grace_ms = 200;  // for what the storm's end announces: a death, the last findings
constexpr std::uint64_t saved_arena_bytes = 256ull << 20;
constexpr std::size_t tail_lines = 5;
constexpr std::size_t tail_bytes = 2000;

std::uint64_t ms_since(Clock::time_point begin) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
}

// One attempt. The functions are called in the order in which they stand here.
class Attempt {
 public:
  Attempt(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        options_(options),
        plan_(scenario.load, scenario.faults, options.seed),
        signals_(scenario.faults) {}

  Status prepare();
  Status start_target();
  bool wait_until_it_listens();
  void storm();
  void stop_target();
  Status keep_evidence();
  RunResult judge();

 private:
  void watch(std::stop_source& storm_stop, const std::atomic<bool>& storm_over);
  void watch_for(std::uint32_t duration_ms);
  void note_start_failure(EndReason reason, const std::string& what);
  EndReason death_reason() const;

  const Scenario& scenario_;
  const RunOptions& options_;
  Plan plan_;
  SignalFaults signals_;
  std::unique_ptr<BlackBoxFile> box_;
  std::unique_ptr<Process> target_;
  StormProgress progress_;
  Clock::time_point begin_{}, storm_begin_{};
  RunResult result_;
};

Status Attempt::prepare() {
  if (const Status fits = check_storm_fits(plan_); !fits) return fits;
  auto box = BlackBoxFile::create();
  if (!box) return box.error();
  box_ = std::move(box.value());
  box_->set_clock_seconds(clock_start_s);
  result_.plan_hash = plan_.hash();
  if (const Status written =
          write_file_atomically(options_.directory.file("scenario.json"), scenario_.resolved_json + "\n");
      !written) {
    return written;
  }
  return write_plan_file(plan_, options_.directory.file("plan.jsonl.zst"));
}

Status Attempt::start_target() {
  begin_ = Clock::now();
  auto started = Process::start(target_command(scenario_, options_, box_->fd()));
  if (!started) return started.error();
  target_ = std::move(started.value());
  result_.pid = target_->pid();
  return Success{};
}

bool Attempt::wait_until_it_listens() {
  const std::uint64_t deadline_ms = std::uint64_t{scenario_.limits.start_s} * 1000;
  while (box_->stage() < HEAPSTORM_STAGE_LISTENING) {
    if (const auto exit = target_->wait_ms(start_poll_ms)) {
      result_.exit = *exit;
      note_start_failure(EndReason::died_at_start, "the target died before it listened");
      return false;
    }
    if (options_.stop.stop_requested()) {
      result_.end_reason = EndReason::interrupted;
      return false;
    }
    if (ms_since(begin_) >= deadline_ms) {
      note_start_failure(EndReason::never_listened,
                         fmt::format("the target did not listen within {} s", scenario_.limits.start_s));
      return false;
    }
  }
  return true;
}

void Attempt::note_start_failure(EndReason reason, const std::string& what) {
  result_.end_reason = reason;
  result_.notes.push_back(what);
}

void Attempt::storm() {
  storm_begin_ = Clock::now();
  std::stop_source storm_stop;
  std::atomic<bool> storm_over = false;
  StormOptions storm_options;
  storm_options.time_limit_ms = scenario_.limits.time_s * 1000;
  storm_options.on_clock_tick = [this](std::uint32_t step_s) { box_->advance_clock(step_s); };
  {
    std::jthread thread([&] {
      result_.storm = run_storm(plan_, {.port = box_->port()}, storm_options, progress_, storm_stop.get_token());
      storm_over = true;
    });
    watch(storm_stop, storm_over);
  }
  if (signals_.waits_for_findings() || result_.storm.end == StormEnd::refused) watch_for(grace_ms);
  if (const auto exit = target_->wait_ms(0)) {
    result_.end_reason = death_reason();
  } else if (options_.stop.stop_requested()) {
    result_.end_reason = EndReason::interrupted;
  } else if (result_.storm.end == StormEnd::time_limit) {
    result_.end_reason = EndReason::time_limit;
    result_.notes.push_back(fmt::format("the storm's time was up after {} of {} connections", result_.storm.attempted,
                                        plan_.connection_count()));
  }
}

// Until the storm is over, which this ends early when the target has died or the user wants to stop.
void Attempt::watch(std::stop_source& storm_stop, const std::atomic<bool>& storm_over) {
  std::uint64_t next_progress_ms = 0;
  while (!storm_over) {
    if (target_->wait_ms(storm_poll_ms) || options_.stop.stop_requested()) {
      storm_stop.request_stop();
      return;
    }
    const std::uint64_t elapsed_ms = ms_since(storm_begin_);
    signals_.poll(box_->findings(), elapsed_ms, *target_);
    if (options_.on_progress && elapsed_ms >= next_progress_ms) {
      options_.on_progress({progress_, plan_.connection_count(), box_->findings(), elapsed_ms});
      next_progress_ms = elapsed_ms + progress_every_ms;
    }
  }
}

void Attempt::watch_for(std::uint32_t duration_ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(duration_ms);
  while (Clock::now() < end && !target_->wait_ms(storm_poll_ms) && !options_.stop.stop_requested()) {
    signals_.poll(box_->findings(), ms_since(storm_begin_), *target_);
  }
}

EndReason Attempt::death_reason() const {
  const auto exit = target_->wait_ms(0);
  if (options_.stop.stop_requested()) return EndReason::interrupted;
  return exit->signal && signals_.sent(*exit->signal) ? EndReason::signal_injected : EndReason::target_died;
}

void Attempt::stop_target() {
  const bool died_before = target_->wait_ms(0).has_value();
  const Process::Stopped stopped = target_->stop(scenario_.limits.stop_s * 1000);
  result_.exit = stopped.exit;
  result_.duration_ms = ms_since(begin_);
  if (target_->output_truncated()) result_.notes.push_back("the target's output was cut off at 16 MiB");
  const bool listened = result_.end_reason != EndReason::never_listened;
  if (died_before && result_.end_reason == EndReason::completed) result_.end_reason = death_reason();
  if (died_before || !listened || result_.end_reason == EndReason::interrupted) return;
  if (stopped.killed) {
    result_.end_reason = EndReason::target_hung;
  } else if (!is_orderly_exit(stopped.exit)) {
    result_.end_reason = death_reason();
  }
}

Status Attempt::keep_evidence() {
  auto saved = box_->save(options_.directory.file("black_box.bin"), saved_arena_bytes);
  if (!saved) return saved.error();
  if (saved.value().cut) result_.notes.push_back("black_box.bin holds only the first 256 MiB of the heaps' memory");
  if (result_.end_reason == EndReason::died_at_start || result_.end_reason == EndReason::never_listened) {
    const std::string tail = read_tail(options_.directory.file("target.stderr"), tail_lines, tail_bytes);
    if (!tail.empty()) result_.notes.push_back("the target's last words: " + tail);
  }
  return Success{};
}

RunResult Attempt::judge() {
  result_.tool_version = options_.tool_version;
  result_.compiler = __VERSION__;
  result_.flavour = options_.flavour;
  result_.scenario = scenario_.name;
  result_.scenario_file = options_.scenario_file;
  result_.seed = options_.seed;
  result_.family = scenario_.target.plugin;
  result_.variant = scenario_.target.variant;
  result_.workers = scenario_.target.workers;
  result_.rerun = options_.rerun;
  result_.directory = options_.directory.path;
  collect({scenario_, options_.directory, *box_, signals_}, result_);
  return std::move(result_);
}

}  // namespace

Result<RunResult> run_attempt(const Scenario& scenario, const RunOptions& options) {
  Attempt attempt(scenario, options);
  if (const Status prepared = attempt.prepare(); !prepared) return prepared.error();
  if (const Status started = attempt.start_target(); !started) return started.error();
  if (attempt.wait_until_it_listens()) attempt.storm();
  attempt.stop_target();
  if (const Status kept = attempt.keep_evidence(); !kept) return kept.error();
  return attempt.judge();
}

int exit_code(const RunResult& result) {
  switch (result.end_reason) {
    case EndReason::interrupted:
      return 130;
    case EndReason::never_listened:
      return 3;
    case EndReason::died_at_start:
      if (result.findings.empty()) return 3;
      break;
    default:
      break;
  }
  return result.passed ? 0 : 1;
}

}  // namespace heapstorm
