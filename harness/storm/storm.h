// A Storm: carries a plan out against an endpoint, with non-blocking sockets and epoll. It knows sockets and plans,
// nothing of targets, heaps or findings.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "harness/plan/plan.h"

namespace heapstorm {

struct Endpoint {
  std::string address = "127.0.0.1";  // loopback only, for now
  std::uint16_t port = 0;
};

enum class Phase { connect, handshake, send, read, close };
constexpr std::size_t phase_count = 5;
const char* to_string(Phase);

enum class StormEnd {
  completed,  // every connection of the plan was carried out
  time_limit,
  stopped,  // by the stop token
  refused,  // the endpoint refuses connections: its process is most likely dead
};
const char* to_string(StormEnd);

struct LatencyUs {
  std::uint64_t p50 = 0, p90 = 0, p99 = 0, max = 0;
};

struct CloseCount {
  std::uint64_t planned = 0, injected = 0;
};

struct StormResult {
  StormEnd end = StormEnd::completed;
  std::uint64_t duration_ms = 0;
  std::uint64_t attempted = 0;    // connections begun
  std::uint64_t connections = 0;  // connections opened (handshake complete)
  std::uint64_t messages = 0;     // sent: messages and requests
  std::uint64_t bytes = 0;        // both directions
  std::array<CloseCount, close_kind_count> closes{};
  // errno to count. ETIMEDOUT: a wait's deadline was over. EPROTO: the server said what its protocol does not allow.
  // ENODATA: the server ended the connection, in order, where the plan did not (a reset is ECONNRESET).
  std::array<std::map<int, std::uint64_t>, phase_count> errors;
  LatencyUs latency_us;  // of one open: connect call to handshake complete
  double client_cpu_us_per_connection = 0;
  std::uint64_t clock_ticks = 0;
};

// Live figures, readable from any thread while the storm runs.
struct StormProgress {
  std::atomic<std::uint64_t> attempted{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> finished{0};
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> messages{0};
};

struct StormOptions {
  std::uint32_t time_limit_ms = 20000;
  // Called on the storm's thread for each clock tick of the plan.
  std::function<void(std::uint32_t step_s)> on_clock_tick;
};

// Whether `address` is one that a storm may connect to: a literal of 127.0.0.0/8, ::1, or "localhost". Else an error of
// bad input.
Status check_endpoint(const Endpoint& endpoint);

// Whether this machine's limits of descriptors and ports allow the plan. Else an error of the environment that says
// what is short.
Status check_storm_fits(const Plan& plan);

// Blocks until the storm has ended; leaves no socket open. A failing connection is a count in `errors`, never an
// exception. A stop request is noticed within 50 ms. Requires check_endpoint(); without check_storm_fits(), what is
// short becomes counts of EMFILE and EADDRNOTAVAIL. Raises this process's soft limit of descriptors when the plan needs
// it.
StormResult run_storm(const Plan& plan, const Endpoint& endpoint, const StormOptions& options, StormProgress& progress,
                      std::stop_token stop);

}  // namespace heapstorm
