// A Scenario: what to run and what to expect, as read from a scenario file and checked. A plain value;
// scenario.schema.json describes the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/result.h"

namespace heapstorm {

enum class Protocol { tcp, http, websocket };
enum class Dispatch { fd_modulo, round_robin };
enum class Policy { report, abort, ignore, corrupt };
enum class Backend { mimalloc, system };

// How connections arrive. closed: `concurrent` clients, each connects again as soon as it has left. stepwise: one after
// another and overlapping; each opens only when the open before it (and the clock tick after that) is complete, and
// none goes on before all are open. The same steps in the same order every time.
enum class Arrival { closed, stepwise };

enum class CloseKind { close_frame, fin, rst };
constexpr std::size_t close_kind_count = 3;

// Both ends included.
struct Range {
  std::uint32_t low = 1;
  std::uint32_t high = 1;
  bool operator==(const Range&) const = default;
};

struct OpenStep {
  bool operator==(const OpenStep&) const = default;
};
// WebSocket and TCP: sends `text` `times` times, each answered before the next unless pipelined by the server.
struct SendStep {
  std::string text;
  Range times;
  bool operator==(const SendStep&) const = default;
};
// HTTP: GET `path`, `times` times on the same connection, each answered before the next.
struct RequestStep {
  std::string path = "/";
  Range times;
  bool operator==(const RequestStep&) const = default;
};
// Weights, indexed by CloseKind. A kind of weight 0 never happens.
struct LeaveStep {
  std::array<std::uint32_t, close_kind_count> weights{};
  bool operator==(const LeaveStep&) const = default;
};
using Step = std::variant<OpenStep, SendStep, RequestStep, LeaveStep>;

struct Load {
  Protocol protocol = Protocol::websocket;
  std::uint32_t connections = 1;  // in all
  std::uint32_t concurrent = 1;   // at the same time
  Arrival arrival = Arrival::closed;
  // closed: the first so many connections open one after another, the target's clock a second later each time, and stay
  // open until all of them are. So a storm has reached every worker, and the caches of each, before it goes wild.
  std::uint32_t warm_up = 0;
  std::vector<Step> session;  // open first, leave last
  bool operator==(const Load&) const = default;
};

// The target's clock moves on by `step_s` seconds: every `every_ms` of wall time, or (stepwise) after every
// `every_opens` opens.
struct ClockTick {
  std::optional<std::uint32_t> every_ms;
  std::optional<std::uint32_t> every_opens;
  std::uint32_t step_s = 1;
  bool operator==(const ClockTick&) const = default;
};
// A signal to the target, once: when it has counted that many findings, or that long after the storm's start.
struct SignalFault {
  int number = 9;
  std::string name = "SIGKILL";
  std::optional<std::uint32_t> after_findings;
  std::optional<std::uint32_t> after_ms;
  bool operator==(const SignalFault&) const = default;
};
using Fault = std::variant<ClockTick, SignalFault>;

struct HeapSpec {
  Policy policy = Policy::report;
  Backend backend = Backend::mimalloc;
  bool stacks = true;
  bool canaries = true;
  bool report_leaks = false;
  std::uint32_t quarantine_kb = 256;
  bool operator==(const HeapSpec&) const = default;
};

struct TargetSpec {
  std::string plugin;  // family
  std::string variant;
  std::uint32_t workers = 4;
  Dispatch dispatch = Dispatch::fd_modulo;
  HeapSpec heap;
  bool operator==(const TargetSpec&) const = default;
};

struct Limits {
  std::uint32_t time_s = 20;   // for the storm
  std::uint32_t start_s = 10;  // until the target listens
  std::uint32_t stop_s = 5;    // from SIGTERM to SIGKILL
  bool operator==(const Limits&) const = default;
};

// Matches findings by kind and, unless empty, by tag. `kind` may end in '*' ("asan:*").
struct FindingPattern {
  std::string kind;
  std::string tag;
  bool operator==(const FindingPattern&) const = default;
};

// clean: no finding at all. Otherwise every pattern of `findings` must match at least one finding, and a finding that
// matches neither `findings` nor `allow` is unexpected.
struct Expect {
  bool clean = false;
  std::vector<FindingPattern> findings;
  std::vector<FindingPattern> allow;
  bool operator==(const Expect&) const = default;
};

struct Scenario {
  std::string name;
  std::string description;
  TargetSpec target;
  Load load;
  std::vector<Fault> faults;
  Limits limits;
  Expect expect;
  std::string resolved_json;  // the document after --set, as one normalised JSON text: what scenario.json in a run
                              // directory holds
  bool operator==(const Scenario&) const = default;
};

// One `--set`: a dotted path into the document ("load.connections") and a JSON value, or else a bare string.
struct Override {
  std::string path;
  std::string value;
};

// Reads and checks a scenario. On bad input the error names file, line and JSON pointer of every mistake found, one a
// line:
//   scenarios/x.json:12: /load/connections: must be between 1 and 100000000, not 0
Result<Scenario> load_scenario(const std::string& file, const std::vector<Override>& overrides = {});

// The same from text; `file` is only for messages.
Result<Scenario> parse_scenario(const std::string& text, const std::string& file,
                                const std::vector<Override>& overrides = {});

const char* to_string(Protocol);
const char* to_string(Dispatch);
const char* to_string(Policy);
const char* to_string(Backend);
const char* to_string(Arrival);
const char* to_string(CloseKind);

}  // namespace heapstorm
