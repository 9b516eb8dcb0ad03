#include "harness/storm/engine/client_threads.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <thread>

#include "harness/storm/client/timers.h"
#include "harness/storm/port_budget.h"

namespace heapstorm {
namespace {

// With fewer, a thread waits more than it works.
constexpr std::uint32_t clients_worth_a_thread = 32;

// The part of `total` that falls to `one` of `all`, counted from 0; the parts differ by 1 at most.
constexpr std::uint32_t part_of(std::uint32_t total, std::uint32_t one, std::uint32_t all) {
  return total / all + (one < total % all ? 1 : 0);
}

// Where several ended in different ways, the one that says most.
StormEnd joint_end(const std::vector<StormEnd>& ends) {
  for (const StormEnd end : {StormEnd::stopped, StormEnd::refused, StormEnd::time_limit}) {
    if (std::find(ends.begin(), ends.end(), end) != ends.end()) return end;
  }
  return StormEnd::completed;
}

// A short plan may end before the server has refused often enough: then it was refused if nothing else ever happened.
bool only_refusals(const Tally& tally, const StormResult& result) {
  return tally.refused_in_a_row() > 0 && tally.refused_in_a_row() == result.attempted;
}

}  // namespace

std::uint32_t client_thread_count(const Load& load, std::uint32_t processors) {
  if (!may_be_shared(load)) return 1;
  if (load.client_threads) return *load.client_threads;
  const std::uint32_t most = connections_at_once(load) / clients_worth_a_thread;
  return std::max<std::uint32_t>(1, std::min(processors / 2, most));
}

ClientThreads::ClientThreads(StormSetting& setting) : setting_(setting) {
  const Load& load = setting.plan.load();
  const std::uint32_t clients = connections_at_once(load) - load.held;
  const std::uint32_t threads = std::min(client_thread_count(load, std::thread::hardware_concurrency()), clients);
  for (std::uint32_t i = 0; i < threads; ++i) {
    const std::uint32_t max_opening = std::max<std::uint32_t>(1, part_of(max_opening_at_once, i, threads));
    const EngineShare share{part_of(clients, i, threads), max_opening, i == 0};
    engines_.push_back(std::make_unique<Engine>(setting, share));
  }
  at_work_ = engines_.size();
}

StormResult ClientThreads::run() {
  StormEnd end = run_engines();
  while (end == StormEnd::completed && begins_another_round()) end = run_engines();
  return joint_result(end);
}

bool ClientThreads::begins_another_round() {
  const RoundCallback& wanted = setting_.options.another_round;
  if (!wanted || engines_.front()->has_reached_goal() || !has_room_for_another_round()) return false;
  if (!wanted(rounds_) || setting_.stop.stop_requested()) return false;
  const Load& load = setting_.plan.load();
  setting_.begun_before += load.connections;
  setting_.queue.refill(load.connections - load.held);
  setting_.progress.rounds = ++rounds_;
  for (const auto& engine : engines_) engine->storm_on();
  return true;
}

// Connections have numbers of 32 bits, and each round leaves ports in TIME_WAIT behind.
bool ClientThreads::has_room_for_another_round() const {
  Load load = setting_.plan.load();
  const std::uint64_t in_all = (rounds_ + std::uint64_t{1}) * load.connections;
  if (in_all > std::numeric_limits<std::uint32_t>::max()) return false;
  load.connections = static_cast<std::uint32_t>(in_all);
  return static_cast<bool>(check_ports_suffice(load, ephemeral_port_count(), setting_.target));
}

StormEnd ClientThreads::run_engines() {
  std::vector<StormEnd> ends(engines_.size(), StormEnd::completed);
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < at_work_; ++i) {
      ++setting_.helpers_at_work;
      try {
        helpers.emplace_back([this, i, &ends] {
          ends[i] = engines_[i]->run();
          --setting_.helpers_at_work;
        });
      } catch (const std::system_error&) {
        --setting_.helpers_at_work;
        at_work_ = i;  // what the others have counted in earlier rounds stays
      }
    }
    ends.front() = engines_.front()->run();
  }
  return joint_end(ends);
}

StormResult ClientThreads::joint_result(StormEnd end) {
  const std::int64_t now_us = monotonic_us();
  Tally& tally = engines_.front()->tally();
  double cpu_us = engines_.front()->cpu_us();
  for (std::size_t i = 1; i < engines_.size(); ++i) {
    tally.merge(engines_[i]->tally());
    cpu_us += engines_[i]->cpu_us();
  }
  StormResult result = tally.result();
  if (end == StormEnd::completed && only_refusals(tally, result)) end = StormEnd::refused;
  // The plan was carried out in the first round.
  result.end = end == StormEnd::time_limit && rounds_ > 1 ? StormEnd::completed : end;
  result.rounds = rounds_;
  result.duration_ms = static_cast<std::uint64_t>(now_us - setting_.begun_us) / 1000;
  result.client_threads = static_cast<std::uint32_t>(at_work_);
  if (result.connections > 0) result.client_cpu_us_per_connection = cpu_us / static_cast<double>(result.connections);
  result.until = engines_.front()->goal_at_end(now_us);
  // What another thread had taken from the queue when the goal was reached was still begun.
  if (result.until && result.until->reached) result.until->connections = result.attempted;
  if (result.until) result.until->ended_by = end;
  return result;
}

}  // namespace heapstorm
