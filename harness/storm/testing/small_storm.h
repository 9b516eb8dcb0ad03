// Plans and storms for tests, in few words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/storm/storm.h"

namespace heapstorm::test {

struct Weights {
  std::uint32_t close_frame = 0, fin = 0, rst = 0, rst_unread = 0, half_close = 0, mid_handshake = 0, mid_frame = 0,
                silent = 0, process_kill = 0;
};

inline Load load_of(Protocol protocol, std::uint32_t connections, std::uint32_t concurrent, std::vector<Step> middle,
                    Weights weights) {
  Load load;
  load.protocol = protocol;
  load.connections = connections;
  load.concurrent = concurrent;
  load.session.emplace_back(OpenStep{});
  for (Step& step : middle) load.session.push_back(std::move(step));
  LeaveStep leave;
  leave.weights = {weights.close_frame,   weights.fin,       weights.rst,    weights.rst_unread,  weights.half_close,
                   weights.mid_handshake, weights.mid_frame, weights.silent, weights.process_kill};
  load.session.emplace_back(leave);
  return load;
}

// What a client of this protocol says, so many times: "hello", or a request of "/".
inline Step message(Protocol protocol, std::uint32_t times = 1) {
  if (protocol == Protocol::http) return RequestStep{{"/"}, {times, times}};
  return SendStep{"hello", {times, times}};
}

inline StormResult storm(const Load& load, const Endpoint& endpoint, std::vector<Fault> faults = {},
                         StormOptions options = {}) {
  StormProgress progress;
  return run_storm(Plan(load, std::move(faults), 7), endpoint, options, progress, {});
}

inline StormResult storm(const Load& load, std::uint16_t port, std::vector<Fault> faults = {},
                         StormOptions options = {}) {
  return storm(load, Endpoint{"127.0.0.1", port}, std::move(faults), std::move(options));
}

inline InjectionCount closes(const StormResult& result, CloseKind kind) {
  return result.closes[static_cast<std::size_t>(kind)];
}

// How often that error happened; `total_errors` how many there were in all.
inline std::uint64_t errors(const StormResult& result, Phase phase, int error) {
  const auto& by_number = result.errors[static_cast<std::size_t>(phase)];
  const auto found = by_number.find(error);
  return found == by_number.end() ? 0 : found->second;
}

inline std::uint64_t total_errors(const StormResult& result) {
  std::uint64_t total = 0;
  for (const auto& by_number : result.errors) {
    for (const auto& [error, count] : by_number) total += count;
  }
  return total;
}

}  // namespace heapstorm::test
