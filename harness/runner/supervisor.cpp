#include "harness/runner/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "harness/abi/black_box.h"
#include "harness/findings/log_findings.h"
#include "harness/plan/plan.h"
#include "harness/process/atomic_file.h"
#include "harness/process/output_drain.h"
#include "harness/process/process.h"
#include "harness/process/text_file.h"
#include "harness/runner/answer_probe.h"
#include "harness/runner/black_box_file.h"
#include "harness/runner/collect.h"
#include "harness/runner/coverage.h"
#include "harness/runner/descriptor_exhaustions.h"
#include "harness/runner/findings_so_far.h"
#include "harness/runner/plan_file.h"
#include "harness/runner/resource_limits.h"
#include "harness/runner/signal_faults.h"
#include "harness/runner/target/target.h"
#include "harness/runner/worker_restarts.h"

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t clock_start_s = 1'700'000'000;  // any fixed second: no target may depend on the real one
constexpr int max_starts = 5;
constexpr std::uint32_t storm_poll_ms = 1;
constexpr std::uint64_t sample_every_ms = 100;
constexpr std::uint64_t progress_every_ms = 10;
constexpr std::uint64_t hurried_stop_ms = 500;
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
        signals_(scenario.faults),
        exhaustions_(scenario.faults) {}

  Status prepare();
  // False: the user wants no more. Then nothing is started.
  bool may_start();
  Status start_target();
  bool wait_until_it_listens();
  Status prepare_clients() { return target_->prepare_clients(); }
  void storm();
  void stop_target();
  void keep_evidence();
  RunResult judge();

 private:
  void note_probe(Probe probe);
  bool has_reached(Goal goal);
  bool start_again_elsewhere();
  void sample();
  void record_series();
  void watch(std::stop_source& storm_stop, const std::atomic<bool>& storm_over);
  void watch_for(std::uint32_t duration_ms);
  void note_start_failure(EndReason reason, const std::string& what);
  EndReason death_reason() const;
  bool has_had_its_time();

  const Scenario& scenario_;
  const RunOptions& options_;
  Plan plan_;
  SignalFaults signals_;
  DescriptorExhaustions exhaustions_;
  std::unique_ptr<BlackBoxFile> box_;
  std::optional<FindingsSoFar> so_far_;
  std::optional<WorkerRestarts> restarts_;
  std::unique_ptr<Target> target_;
  int starts_ = 1;
  std::uint64_t next_sample_ms_ = 0;
  Observations seen_;
  std::unique_ptr<Process> process_;
  StormProgress progress_;
  std::atomic<std::uint64_t> clock_ticks_ = 0;
  SeriesRecorder series_;
  Clock::time_point begin_{}, storm_begin_{};
  std::optional<Clock::time_point> hurried_since_;
  RunResult result_;
};

Status Attempt::prepare() {
  auto box = BlackBoxFile::create(arena_bytes_under(options_.valgrind));
  if (!box) return box.error();
  box_ = std::move(box.value());
  box_->set_clock_seconds(clock_start_s);
  target_ = make_target(scenario_, options_, *box_);
  if (const Status fits = check_storm_fits(plan_, target_->endpoint()); !fits) return fits;
  so_far_.emplace(scenario_, options_.flavour, *box_, options_.directory, target_->sight());
  auto restarts = WorkerRestarts::create(scenario_, *box_);
  if (!restarts) return restarts.error();
  restarts_ = std::move(restarts.value());
  result_.plan_hash = plan_.hash(options_.stop);
  if (const Status written =
          write_file_atomically(options_.directory.file("scenario.json"), scenario_.resolved_json + "\n");
      !written) {
    return written;
  }
  // Seed and scenario are enough to have it again.
  if (const Status written = write_plan_file(plan_, options_.directory.file("plan.jsonl.zst"), options_.stop);
      !written) {
    result_.notes.push_back(left_out_note("plan.jsonl.zst", written.error().message));
  }
  return Success{};
}

bool Attempt::may_start() {
  if (!options_.stop.stop_requested()) return true;
  result_.end_reason = EndReason::interrupted;
  return false;
}

Status Attempt::start_target() {
  begin_ = Clock::now();
  auto process = target_->command();
  if (!process) return process.error();
  restarts_->hand_to(process.value());
  auto started = Process::start(process.value());
  if (!started) return started.error();
  process_ = std::move(started.value());
  result_.pid = process_->pid();
  return Success{};
}

// Somebody may take a port between our choice and the target's bind.
bool Attempt::start_again_elsewhere() {
  if (starts_ == max_starts || !target_->has_lost_its_port()) return false;
  ++starts_;
  process_->stop(0);  // what it left behind
  return static_cast<bool>(start_target());
}

bool Attempt::wait_until_it_listens() {
  const std::uint64_t deadline_ms = std::uint64_t{scenario_.limits.start_s} * 1000;
  while (!target_->is_listening()) {
    if (const auto exit = process_->wait_ms(target_->poll_ms())) {
      if (start_again_elsewhere()) continue;
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
  series_ = SeriesRecorder(ms_since(begin_));
  std::stop_source storm_stop;
  std::atomic<bool> storm_over = false;
  StormOptions storm_options;
  storm_options.time_limit_ms = scenario_.limits.time_s * 1000;
  storm_options.handshake_path = target_->path();
  storm_options.on_clock_tick = [this](std::uint32_t step_s) {
    box_->advance_clock(step_s);
    ++clock_ticks_;
  };
  storm_options.on_clock_jump = [this](std::int64_t step_s) { box_->jump_clock(step_s); };
  storm_options.reached_goal = [this](Goal goal) { return has_reached(goal); };
  storm_options.another_round = [this, stop = storm_stop.get_token()](std::uint32_t rounds) {
    return options_.storms_on && so_far_->wants_another_round(rounds, stop);
  };
  storm_options.on_worker_restart = [this, stop = storm_stop.get_token()](std::optional<std::uint32_t> worker,
                                                                          bool wait) {
    if (!restarts_->request(worker)) return false;
    if (wait) restarts_->wait(stop);
    return true;
  };
  {
    std::jthread thread([&] {
      result_.storm = run_storm(plan_, target_->endpoint(), storm_options, progress_, storm_stop.get_token());
      storm_over = true;
    });
    watch(storm_stop, storm_over);
  }
  if (scenario_.load.until == Goal::findings && !so_far_->awaits_any()) result_.storm.until.reset();
  exhaustions_.end(process_->pid(), *box_);
  sample();
  record_series();
  if (signals_.waits_for_findings() || result_.storm.end == StormEnd::refused) {
    watch_for(grace_ms);
    record_series();
  }
  if (const auto exit = process_->wait_ms(0)) {
    result_.end_reason = death_reason();
  } else if (options_.stop.stop_requested()) {
    result_.end_reason = EndReason::interrupted;
  } else if (seen_.growth) {
    result_.end_reason = EndReason::resource_limit;
  } else if (result_.storm.end == StormEnd::time_limit) {
    result_.end_reason = EndReason::time_limit;
    result_.notes.push_back(fmt::format("the storm's time was up after {} of {} connections", result_.storm.attempted,
                                        plan_.connection_count()));
  }
  const bool may_hang = result_.end_reason == EndReason::completed || result_.end_reason == EndReason::time_limit;
  if (!target_->sight().must_be_probed || !may_hang || result_.storm.end == StormEnd::refused) return;
  const Probe probe = probe_answer(scenario_, target_->endpoint(), options_.stop);
  if (probe == Probe::turned_away) watch_for(grace_ms);
  note_probe(probe);
}

// Who sends something is no server that hangs, unless it has given whole answers to the same words before.
void Attempt::note_probe(Probe probe) {
  const SessionCounts sessions = result_.storm.sessions.value_or(SessionCounts{});
  const bool answered_before = sessions.completed > 0 && sessions.completed >= sessions.cut;
  seen_.partly_answered = probe == Probe::partial;
  const bool hangs = probe == Probe::silence || (probe == Probe::partial && answered_before);
  if (hangs) {
    seen_.silence = words_of(probe);
  } else if (probe == Probe::pong || probe == Probe::partial) {
    result_.notes.push_back(words_of(probe));
  }
}

// On the storm's thread.
bool Attempt::has_reached(Goal goal) {
  if (goal == Goal::findings) return so_far_->awaits_any() && so_far_->has_all(FindingsSoFar::Look::cheap);
  return reaches(goal, measure_coverage(BlackBoxReader(box_->bytes()), scenario_.target.workers));
}

void Attempt::sample() {
  const bool limited = scenario_.limits.rss_mb || scenario_.limits.descriptors;
  if (!limited || seen_.growth || ms_since(storm_begin_) < next_sample_ms_) return;
  next_sample_ms_ = ms_since(storm_begin_) + sample_every_ms;
  seen_.growth = exceeded(scenario_.limits, usage_below(process_->guardian_pid()));
}

void Attempt::record_series() {
  series_.record(ms_since(storm_begin_),
                 {progress_.connections, progress_.messages, progress_.errors, clock_ticks_, box_->findings(),
                  box_->clock_jumps(), box_->worker_restarts_requested(), signals_.sent_in_all(),
                  exhaustions_.injected(), box_->allocation_failures()});
}

// Until the storm is over, which this ends early when the target has died or uses too much, or the user wants to stop.
void Attempt::watch(std::stop_source& storm_stop, const std::atomic<bool>& storm_over) {
  std::uint64_t next_progress_ms = 0;
  while (!storm_over) {
    sample();
    record_series();
    if (process_->wait_ms(storm_poll_ms) || seen_.growth || options_.stop.stop_requested()) {
      storm_stop.request_stop();
      return;
    }
    const std::uint64_t elapsed_ms = ms_since(storm_begin_);
    signals_.poll(box_->findings(), elapsed_ms, *process_);
    exhaustions_.poll(elapsed_ms, process_->pid(), *box_);
    if (options_.on_progress && elapsed_ms >= next_progress_ms) {
      const std::uint64_t planned = std::uint64_t{plan_.connection_count()} * progress_.rounds;
      options_.on_progress({progress_, planned, box_->findings(), elapsed_ms});
      next_progress_ms = elapsed_ms + progress_every_ms;
    }
  }
}

void Attempt::watch_for(std::uint32_t duration_ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(duration_ms);
  while (Clock::now() < end && !process_->wait_ms(storm_poll_ms) && !options_.stop.stop_requested()) {
    signals_.poll(box_->findings(), ms_since(storm_begin_), *process_);
  }
}

EndReason Attempt::death_reason() const {
  const auto exit = process_->wait_ms(0);
  if (options_.stop.stop_requested()) return EndReason::interrupted;
  return exit->signal && signals_.sent(*exit->signal) ? EndReason::signal_injected : EndReason::target_died;
}

// A user who wants to stop does not wait as long for the target to end by itself.
bool Attempt::has_had_its_time() {
  if (!options_.stop.stop_requested()) return false;
  if (!hurried_since_) hurried_since_ = Clock::now();
  return ms_since(*hurried_since_) >= hurried_stop_ms;
}

void Attempt::stop_target() {
  const bool died_before = process_->wait_ms(0).has_value();
  const Process::Stopped stopped =
      process_->stop(scenario_.limits.stop_s * 1000, [this] { return has_had_its_time(); });
  result_.exit = stopped.exit;
  result_.duration_ms = ms_since(begin_);
  const int besides = process_->killed_besides();
  if (died_before && besides > 0 && target_->sight().may_leave_processes) {
    // One that dies of a signal did not go into the background.
    result_.notes.push_back(fmt::format("{} of the target's processes lived on after it had ended, and were killed{}",
                                        besides, stopped.exit.code ? "; a target must stay in the foreground" : ""));
  }
  if (process_->output_truncated()) result_.notes.push_back(cut_output_note(process_->output_write_error()));
  const bool listened = result_.end_reason != EndReason::never_listened;
  if (died_before && result_.end_reason == EndReason::completed) result_.end_reason = death_reason();
  if (stopped.killed && options_.stop.stop_requested()) result_.end_reason = EndReason::interrupted;
  if (died_before || !listened || result_.end_reason == EndReason::interrupted) return;
  // A target that has grown too large stays one, however it takes SIGTERM.
  seen_.ignored_sigterm = stopped.killed;
  if (stopped.killed) {
    if (!seen_.growth) result_.end_reason = EndReason::target_hung;
  } else if (!is_orderly_exit(stopped.exit) && result_.end_reason != EndReason::resource_limit) {
    result_.end_reason = death_reason();
  }
}

void Attempt::keep_evidence() {
  if (target_->sight().writes_black_box) {
    const auto saved = box_->save(options_.directory.file("black_box.bin"), saved_arena_bytes);
    if (!saved) result_.notes.push_back(left_out_note("black_box.bin", saved.error().message));
    if (saved && saved.value().cut)
      result_.notes.push_back("black_box.bin holds only the first 256 MiB of the heaps' memory");
  }
  if (result_.end_reason == EndReason::died_at_start || result_.end_reason == EndReason::never_listened) {
    const std::string tail = read_tail(options_.directory.file("target.stderr"), tail_lines, tail_bytes);
    if (!tail.empty()) result_.notes.push_back("the target's last words: " + without_escape_sequences(tail));
  }
}

RunResult Attempt::judge() {
  result_.tool_version = options_.tool_version;
  result_.started_at_ms = options_.started_at_ms;
  result_.compiler = __VERSION__;
  result_.flavour = options_.flavour;
  result_.scenario = scenario_.name;
  result_.scenario_file = options_.scenario_file;
  result_.seed = options_.seed;
  const auto [family, variant] = target_->name();
  result_.family = family;
  result_.variant = variant;
  result_.workers = scenario_.target.workers;
  result_.rerun = options_.rerun;
  result_.directory = options_.directory.path;
  result_.series = series_.series();
  collect({scenario_, options_.directory, *box_, signals_, exhaustions_, seen_, target_->sight(), options_.stop},
          result_);
  return std::move(result_);
}

}  // namespace

Result<RunResult> run_attempt(const Scenario& scenario, const RunOptions& options) {
  Attempt attempt(scenario, options);
  if (const Status prepared = attempt.prepare(); !prepared) return prepared.error();
  if (attempt.may_start()) {
    if (const Status started = attempt.start_target(); !started) return started.error();
    const bool listens = attempt.wait_until_it_listens();
    const Status trusted = listens ? attempt.prepare_clients() : Success{};
    if (listens && trusted) attempt.storm();
    attempt.stop_target();
    if (!trusted) return trusted.error();
  }
  attempt.keep_evidence();
  return attempt.judge();
}

}  // namespace heapstorm
