// A Storm: carries a plan out against an endpoint, with non-blocking sockets and epoll. It knows sockets and plans,
// nothing of targets, heaps or findings.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/faults/fault_schedule.h"
#include "harness/plan/plan.h"
#include "harness/storm/answer.h"
#include "harness/storm/timeouts.h"
#include "harness/storm/tls_settings.h"
#include "harness/storm/violation.h"

namespace heapstorm {

// Each request and handshake has it: the connection's number in the plan. A target reads it
// (HEAPSTORM_CONNECTION_HEADER).
inline constexpr std::string_view connection_header = "Heapstorm-Connection";

struct Endpoint {
  std::string address = "127.0.0.1";  // a literal, or "localhost"
  std::uint16_t port = 0;
  bool allow_remote = false;         // the user has named this address: it need not be loopback
  std::optional<TlsSettings> tls{};  // nothing: no TLS
};

enum class Phase { connect, handshake, send, read, close };
constexpr std::size_t phase_count = 5;
const char* to_string(Phase);

enum class StormEnd {
  completed,  // every connection of the plan was carried out, or those of the rounds in which it went on
  time_limit,
  stopped,  // by the stop token
  refused,  // the endpoint refuses connections: its process is most likely dead
};
const char* to_string(StormEnd);

struct LatencyUs {
  std::uint64_t p50 = 0, p90 = 0, p99 = 0, max = 0;
  bool operator==(const LatencyUs&) const = default;
};

// How a session ended.
enum class SessionEnd {
  completed,   // it got through all its steps and left as planned, be it in a rude way
  cut,         // before its end; StormResult::errors has exactly one entry that says in which phase and by what
  excused,     // the server ended it, or its client gave up, because that client broke the protocol as planned
  unfinished,  // the storm ended first, or was stopped
};
constexpr std::size_t session_end_count = 4;

// What became of the sessions; their sum is StormResult::attempted.
struct SessionCounts {
  std::uint64_t completed = 0, cut = 0, excused = 0, unfinished = 0;
  std::uint64_t begun() const { return completed + cut + excused + unfinished; }
  bool operator==(const SessionCounts&) const = default;
};

// What the server answered to messages and requests.
struct AnswerFigures {
  std::uint64_t count = 0;
  // By HTTP status, 100 to 999: those of requests and those of WebSocket handshakes, also of refused ones (which are
  // errors besides). What is said to a client that breaks the protocol is not in it; that is InjectionCount::answers.
  std::map<int, std::uint64_t> statuses;
  LatencyUs latency_us;  // of one answer: send call to answer complete
  bool operator==(const AnswerFigures&) const = default;
};

// Of one close kind or protocol fault.
struct InjectionCount {
  std::uint64_t planned = 0;   // on the connections that were begun
  std::uint64_t injected = 0;  // carried out: the kernel took it
  // What the server was seen to do in answer. Empty for a kind after which the client does not look.
  std::map<Answer, std::uint64_t> answers;
};

// How far a storm came that was to go on until it had reached something.
struct GoalResult {
  Goal goal = Goal::workers;
  bool reached = false;
  std::uint64_t connections = 0;            // begun by then
  std::uint64_t at_ms = 0;                  // since the storm began
  StormEnd ended_by = StormEnd::completed;  // if it was not reached
  bool operator==(const GoalResult&) const = default;
};

// Of arrival "open": what became of the timetable. All times are counted from the intended start, so what a client had
// to wait before it could even begin is in them.
struct OpenLoopFigures {
  std::uint64_t late_starts = 0;  // begun more than late_start_us after their time
  LatencyUs start_delay_us;       // intended start to connect call
  LatencyUs first_answer_us;      // intended start to the first answer to a message or request
};
constexpr std::uint64_t late_start_us = 10'000;

// Connections on which a server ended lines in LF without CR.
struct BareLineFeedCount {
  std::uint64_t in_heads = 0;   // and in trailers
  std::uint64_t in_chunks = 0;  // the lines around a chunk's data
};

// Answers that had begun, but were not whole when their session was cut.
struct PartialAnswerCount {
  std::uint64_t timed_out = 0;
  std::uint64_t ended = 0;  // by the server, in order or by a reset
};

struct StormResult {
  StormEnd end = StormEnd::completed;
  std::uint64_t duration_ms = 0;
  std::uint64_t attempted = 0;    // connections begun
  std::uint64_t connections = 0;  // connections opened (handshake complete)
  std::uint64_t messages = 0;     // sent: messages and requests
  std::uint64_t bytes = 0;        // both directions
  // Nothing only in what was read from a report of before they were counted.
  std::optional<SessionCounts> sessions;
  std::optional<AnswerFigures> answers;
  std::array<InjectionCount, close_kind_count> closes{};
  // A server that ends a connection on which it met a protocol fault does right: that is an answer, and no error.
  std::array<InjectionCount, protocol_fault_count> faults{};
  // errno to count. ETIMEDOUT: a wait's deadline was over. EPROTO: the server said what its protocol does not allow.
  // ENODATA: the server ended the connection, in order, where the plan did not (a reset is ECONNRESET).
  // Those of TLS are in storm_error.h.
  std::array<std::map<int, std::uint64_t>, phase_count> errors;
  std::map<std::string, std::uint64_t> tls_failures;  // the errors of TLS, in words
  // Each on the connections that failed by it, as EPROTO. Those on which the client had broken the protocol are left
  // out.
  std::map<Violation, std::uint64_t> violations;
  BareLineFeedCount bare_line_feeds;  // which are accepted
  // TCP: shorter than their message, whole because nothing followed, or the end of the stream.
  std::uint64_t quiet_answers = 0;
  // Sessions that the server ended, in order, in place of an answer to their goodbye. Completed, with an error (close,
  // ENODATA).
  std::uint64_t missing_goodbyes = 0;
  PartialAnswerCount partial_answers;
  std::map<std::string, std::uint64_t> farewells;  // WebSocket: the Close frames that cut a session, in words
  std::uint64_t unsent = 0;  // requests left out because the server had said that it ends the connection: no error
  LatencyUs latency_us;      // of one open: connect call (arrival open: intended start) to handshake complete
  std::optional<OpenLoopFigures> open_loop;
  double client_cpu_us_per_connection = 0;  // of all client threads
  std::uint32_t client_threads = 1;
  // How often it carried out the plan's number of connections, the last time perhaps not all of them.
  std::uint32_t rounds = 1;
  std::optional<GoalResult> until;  // nothing: the load has no goal, and one round was enough
};

// Live figures, readable from any thread while the storm runs. All 0 when it begins.
struct StormProgress {
  std::atomic<std::uint64_t> attempted{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> finished{0};
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> errors{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint32_t> rounds{1};
};

// Whether the target has come so far.
using GoalCallback = std::function<bool(Goal)>;

// Whether to go on with as many connections again, after that many rounds.
using RoundCallback = std::function<bool(std::uint32_t rounds)>;

struct StormOptions {
  std::uint32_t time_limit_ms = 20000;
  Timeouts timeouts = {};
  std::string handshake_path = "/";  // of WebSocket; requests have their own
  // What happens to the target between opens, when it is due; it is told so on the thread that called run_storm(), as
  // all functions here are called there. Null: nothing does.
  FaultSchedule* faults = nullptr;
  // Between two of the load's `warm_up` connections.
  std::function<void()> on_warm_up;
  // Asked if the load has a goal; once it is reached no further connection is begun.
  GoalCallback reached_goal;
  // Asked when all connections of a round are over and no goal was reached. In a further round reached_goal is asked
  // for Goal::findings if the load has no goal; once it is reached no further connection is begun. The time limit is
  // that of all rounds; in a further one it is no StormEnd.
  RoundCallback another_round;
};

// Whether `address` is one that a storm may connect to: a literal of 127.0.0.0/8, ::1, or "localhost"; with
// `allow_remote` any literal. Else an error of bad input.
Status check_endpoint(const Endpoint& endpoint);

// Whether this machine's limits of descriptors and ports allow the plan, there. Else an error of the environment that
// says what is short.
Status check_storm_fits(const Plan& plan, const Endpoint& endpoint);

// Blocks until the storm has ended; leaves no socket open, and no thread (see client_threads.h). A
// failing connection is a count in `errors`, never an exception. A stop request is noticed within 50 ms. Requires
// check_endpoint(), and check_tls() if there is TLS; without check_storm_fits(), what is short becomes counts of EMFILE
// and EADDRNOTAVAIL. Raises this process's soft limit of descriptors when the plan needs it.
StormResult run_storm(const Plan& plan, const Endpoint& endpoint, const StormOptions& options, StormProgress& progress,
                      std::stop_token stop);

}  // namespace heapstorm
