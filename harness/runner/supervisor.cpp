#include "harness/runner/supervisor.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "harness/plan/plan.h"
#include "harness/process/output_drain.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/evidence/answer_probe.h"
#include "harness/runner/evidence/attempt_files.h"
#include "harness/runner/evidence/collect.h"
#include "harness/runner/evidence/coverage.h"
#include "harness/runner/evidence/findings_so_far.h"
#include "harness/runner/evidence/storm_watch.h"
#include "harness/runner/faults/target_faults.h"
#include "harness/runner/target/target.h"
#include "harness/runner/target/target_process.h"

namespace heapstorm {
namespace {

constexpr std::int64_t clock_start_s = 1'700'000'000;  // any fixed second: no target may depend on the real one
constexpr std::uint32_t grace_ms = 200;                // for what the storm's end announces: a death, the last findings

// One attempt. The functions are called in the order in which they stand here.
class Attempt {
 public:
  Attempt(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario), options_(options), plan_(scenario.load, scenario.faults, options.seed) {}

  Status prepare();
  // False: the user wants no more. Then nothing is started.
  bool may_start();
  Status start_target() { return process_->start(); }
  bool wait_until_it_listens();
  Status prepare_clients() { return target_->prepare_clients(); }
  void storm();
  void stop_target();
  void keep_evidence();
  RunResult judge();

 private:
  StormOptions storm_options(const std::stop_token& storm_stop);
  bool has_reached(Goal goal);
  void note_end_of_storm();
  void probe();
  EndReason death_reason() const;
  void note_processes_left_behind(const ProcessExit& exit);

  const Scenario& scenario_;
  const RunOptions& options_;
  Plan plan_;
  std::unique_ptr<BlackBoxFile> box_;
  std::optional<FindingsSoFar> so_far_;
  std::unique_ptr<TargetFaults> faults_;
  std::unique_ptr<Target> target_;
  std::optional<TargetProcess> process_;
  std::optional<StormWatch> watch_;  // from the storm on
  Observations seen_;
  RunResult result_;
};

Status Attempt::prepare() {
  auto box = BlackBoxFile::create(arena_bytes_under(options_.valgrind));
  if (!box) return box.error();
  box_ = std::move(box.value());
  box_->set_clock_seconds(clock_start_s);
  target_ = make_target(scenario_, options_, *box_);
  if (const Status fits = check_storm_fits(plan_, target_->endpoint()); !fits) return fits;
  so_far_.emplace(scenario_, options_.flavour, *box_, options_.directory, target_->traits());
  auto faults = TargetFaults::create(scenario_, *box_);
  if (!faults) return faults.error();
  faults_ = std::move(faults.value());
  process_.emplace(*target_, *faults_, options_.stop);
  result_.plan_hash = plan_.hash(options_.stop);
  return write_inputs(scenario_, plan_, options_, result_.notes);
}

bool Attempt::may_start() {
  if (!options_.stop.stop_requested()) return true;
  result_.end_reason = EndReason::interrupted;
  return false;
}

bool Attempt::wait_until_it_listens() {
  const TargetProcess::Start start = process_->wait_until_it_listens(scenario_.limits.start_s);
  result_.pid = process_->process().pid();
  switch (start) {
    case TargetProcess::Start::listens:
      return true;
    case TargetProcess::Start::interrupted:
      result_.end_reason = EndReason::interrupted;
      return false;
    case TargetProcess::Start::died:
      result_.end_reason = EndReason::died_at_start;
      result_.notes.push_back("the target died before it listened");
      return false;
    case TargetProcess::Start::too_late:
      result_.end_reason = EndReason::never_listened;
      result_.notes.push_back(fmt::format("the target did not listen within {} s", scenario_.limits.start_s));
      return false;
  }
  return false;
}

StormOptions Attempt::storm_options(const std::stop_token& storm_stop) {
  StormOptions options;
  options.time_limit_ms = scenario_.limits.time_s * 1000;
  options.handshake_path = target_->path();
  options.faults = &faults_->in_storm();
  options.on_warm_up = [this] { faults_->target().advance_clock(1); };
  options.reached_goal = [this](Goal goal) { return has_reached(goal); };
  options.another_round = [this, storm_stop](std::uint32_t rounds) {
    return options_.storms_on && so_far_->wants_another_round(rounds, storm_stop);
  };
  return options;
}

void Attempt::storm() {
  std::stop_source storm_stop;
  std::atomic<StormStage> stage = StormStage::on;
  faults_->target().stop_waiting_at(storm_stop.get_token());
  const StormOptions options = storm_options(storm_stop.get_token());
  watch_.emplace(StormWatch::Subject{scenario_, options_, *box_, *faults_, process_->process()},
                 plan_.connection_count(), process_->elapsed_ms());
  {
    std::jthread thread([&] {
      result_.storm = run_storm(plan_, target_->endpoint(), options, watch_->progress(), storm_stop.get_token());
      stage = StormStage::ending;
      faults_->in_storm().end();
      stage = StormStage::over;
    });
    watch_->watch(storm_stop, stage);
  }
  if (scenario_.load.until == Goal::findings && !so_far_->awaits_any()) result_.storm.until.reset();
  watch_->end();
  if (faults_->beside().waits_for_findings() || result_.storm.end == StormEnd::refused) watch_->watch_for(grace_ms);
  note_end_of_storm();
  probe();
}

void Attempt::note_end_of_storm() {
  seen_.growth = watch_->growth();
  if (process_->exit()) {
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
}

void Attempt::probe() {
  const bool may_hang = result_.end_reason == EndReason::completed || result_.end_reason == EndReason::time_limit;
  if (!target_->traits().must_be_probed || !may_hang || result_.storm.end == StormEnd::refused) return;
  const Probe answer = probe_answer(scenario_.load, target_->endpoint(), target_->path(), options_.stop);
  if (answer == Probe::turned_away) watch_->watch_for(grace_ms);
  seen_.partly_answered = answer == Probe::partial;
  const std::string words = describe(answer);
  if (is_hang(answer, result_.storm.sessions.value_or(SessionCounts{}))) {
    seen_.silence = words;
  } else if (!words.empty()) {
    result_.notes.push_back(words);
  }
}

// On the storm's thread.
bool Attempt::has_reached(Goal goal) {
  if (goal == Goal::findings) return so_far_->awaits_any() && so_far_->has_all(FindingsSoFar::Look::cheap);
  return reaches(goal, measure_coverage(BlackBoxReader(box_->bytes()), scenario_.target.workers));
}

EndReason Attempt::death_reason() const {
  const auto exit = process_->exit();
  if (options_.stop.stop_requested()) return EndReason::interrupted;
  return exit->signal && faults_->signals_sent().contains(*exit->signal) ? EndReason::signal_injected
                                                                         : EndReason::target_died;
}

void Attempt::stop_target() {
  const bool died_before = process_->exit().has_value();
  const Process::Stopped stopped = process_->stop(scenario_.limits.stop_s);
  result_.exit = stopped.exit;
  result_.duration_ms = process_->elapsed_ms();
  if (died_before) note_processes_left_behind(stopped.exit);
  const Process& process = process_->process();
  if (process.output_truncated()) result_.notes.push_back(cut_output_note(process.output_write_error()));
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

// One that dies of a signal did not go into the background.
void Attempt::note_processes_left_behind(const ProcessExit& exit) {
  const int besides = process_->process().killed_besides();
  if (besides == 0 || !target_->traits().may_leave_processes) return;
  result_.notes.push_back(fmt::format("{} of the target's processes lived on after it had ended, and were killed{}",
                                      besides, exit.code ? "; a target must stay in the foreground" : ""));
}

void Attempt::keep_evidence() {
  if (target_->traits().writes_black_box) save_black_box(*box_, options_.directory, result_.notes);
  const bool never_served =
      result_.end_reason == EndReason::died_at_start || result_.end_reason == EndReason::never_listened;
  if (never_served) note_last_words(options_.directory, result_.notes);
}

RunResult Attempt::judge() {
  if (watch_) result_.series = watch_->series();
  collect({scenario_, options_, target_->name(), target_->traits(), *box_, faults_->witnesses(), seen_}, result_);
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
