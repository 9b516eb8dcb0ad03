// A Scenario: what to run and what to expect, as read from a scenario file and checked. A plain value;
// scenario.schema.json describes the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/result.h"
#include "harness/faults/fault_kind.h"
#include "harness/scenario/range.h"
#include "harness/scenario/session_faults.h"

namespace heapstorm {

enum class Protocol { tcp, http, websocket };
enum class Dispatch { fd_modulo, round_robin };
enum class Policy { report, abort, ignore, corrupt };
// unchecked_*: the same memory, and nobody checks who frees what; for watching another detector alone.
enum class Backend { mimalloc, system, unchecked_mimalloc, unchecked_system };

// How connections arrive. closed: `concurrent` clients, each connects again as soon as it has left. stepwise: one after
// another and overlapping; each opens only when the open before it (and the clock tick after that) is complete, and
// none goes on before all are open. The same steps in the same order every time. open: each begins at its time in the
// plan's timetable, however slow the server is.
enum class Arrival { closed, stepwise, open };

// One stretch of the timetable of arrival "open": connections begin at a rate that goes evenly from `from_per_s` to
// `to_per_s`, or `burst` of them at once.
struct ArrivalPhase {
  std::uint32_t from_per_s = 0;
  std::uint32_t to_per_s = 0;
  std::optional<std::uint32_t> for_ms{};  // nothing: until all connections have begun; only the last may be so
  std::uint32_t burst = 0;                // then the others mean nothing
  bool operator==(const ArrivalPhase&) const = default;
};

// Names and values, each sent as one line of a request's head.
using Headers = std::vector<std::pair<std::string, std::string>>;

// What a storm may be steered by: it opens connections until all of these have been reached. workers: each has served a
// connection. pairs: of each two workers, each has freed a block that the other had allocated. meetings: of each two
// workers, each has opened the target's next connection after the other. findings: what the scenario expects and awaits
// (awaited.h) has been found.
enum class Goal { workers, pairs, meetings, findings };

struct OpenStep {
  // WebSocket only, for the handshake.
  std::vector<std::string> paths = {};  // each client draws one; none: the endpoint's
  Headers headers = {};
  std::vector<std::string> subprotocols = {};  // offered, in this order
  bool operator==(const OpenStep&) const = default;
};
// TCP only: how a client knows that an answer is whole. At most one is said. Neither: when as many bytes have come as
// were sent, or fewer and then nothing for a while.
struct AnswerForm {
  std::uint32_t bytes = 0;  // after so many
  std::string until = {};   // after this delimiter
  bool operator==(const AnswerForm&) const = default;
};
// WebSocket and TCP: sends `text` `times` times, each answered before the next. On WebSocket any message is an answer.
struct SendStep {
  std::string text;
  Range times;
  std::uint32_t answers = 1;  // that each send awaits; 0: the client goes on at once
  AnswerForm answer = {};
  bool operator==(const SendStep&) const = default;
};
// HTTP: GET a path, `times` times on the same connection, each answered before the next.
struct RequestStep {
  std::vector<std::string> paths = {"/"};  // each client draws one for the step; default: the endpoint's
  Range times;
  Headers headers = {};
  bool operator==(const RequestStep&) const = default;
};
// By CloseKind.
struct LeaveStep : WeightedFaults<close_kind_count> {
  LeaveStep() : WeightedFaults(close_kind_rules) {}
  bool operator==(const LeaveStep&) const = default;
};
// By ProtocolFault: each connection draws one, or `none`. At most one such step in a session.
struct MisbehaveStep : WeightedFaults<protocol_fault_count> {
  MisbehaveStep() : WeightedFaults(protocol_fault_rules) {}
  bool operator==(const MisbehaveStep&) const = default;
};
using Step = std::variant<OpenStep, SendStep, RequestStep, LeaveStep, MisbehaveStep>;

// One of several sessions: a run of Load::session.
struct SessionPart {
  std::uint32_t weight = 1;
  std::uint32_t first = 0;  // its open
  std::uint32_t count = 0;  // of its steps
  bool operator==(const SessionPart&) const = default;
};

struct Load {
  Protocol protocol = Protocol::websocket;
  std::uint32_t connections = 1;  // in all
  std::uint32_t concurrent = 1;   // at the same time
  Arrival arrival = Arrival::closed;
  std::vector<ArrivalPhase> phases = {};  // open: at least one
  // closed: the first so many connections open one after another, the target's clock a second later each time, and stay
  // open until all of them are. So a storm has reached every worker, and the caches of each, before it goes wild.
  std::uint32_t warm_up = 0;
  // No further connection is begun once this is reached; then `connections` is how many there are at most.
  std::optional<Goal> until{};
  // closed and open: the first so many connections open before the others begin, and stay open, doing nothing, until
  // all the others are over. Then they go on with their session. They come on top of `concurrent`.
  std::uint32_t held = 0;
  // How many threads the clients run on, at most `concurrent`; nothing: as the machine allows. Only with
  // may_be_shared() more than 1. How the plan is carried out, no part of it.
  std::optional<std::uint32_t> client_threads{};
  // The steps of every session, one session after another: in each, open comes first and leave last.
  std::vector<Step> session;
  std::vector<SessionPart> mix = {};  // each client draws one; empty: all steps are one session
  bool operator==(const Load&) const = default;
};

struct HeapSpec {
  Policy policy = Policy::report;
  Backend backend = Backend::mimalloc;
  bool stacks = true;
  bool canaries = true;
  bool report_leaks = false;
  std::uint32_t quarantine_kb = 256;
  bool operator==(const HeapSpec&) const = default;
};

// What stands for something that only the run knows, in a command and in its environment.
constexpr std::string_view port_placeholder = "${PORT}";        // a free port of this machine
constexpr std::string_view workers_placeholder = "${WORKERS}";  // target.workers
constexpr std::string_view scratch_placeholder = "${SCRATCH}";  // full path of an empty folder in the run directory

// Where a command's server listens.
struct CommandEndpoint {
  std::string address = "127.0.0.1";  // a literal, or "localhost"
  std::optional<std::uint16_t> port;  // nothing: ${PORT}
  std::string path = "/";             // of the WebSocket handshake, and of requests that name none
  bool operator==(const CommandEndpoint&) const = default;
};

// How the clients of an endpoint with TLS know the server.
struct TlsSpec {
  bool verify = true;       // false: they accept any certificate
  std::string ca_file;      // with verify; PEM; may begin with ${SCRATCH}
  std::string server_name;  // for SNI, HTTP's Host and the certificate; "": the endpoint's address
  bool operator==(const TlsSpec&) const = default;
};

// How one learns that a command's server is ready for clients.
struct ReadySign {
  enum class Kind { tcp, stdout_line, http };
  Kind kind = Kind::tcp;
  std::string text;  // stdout_line: a regular expression, searched in each line; http: the path that must answer
  bool operator==(const ReadySign&) const = default;
};

// A server that is a command line of the user's.
struct CommandTarget {
  std::vector<std::string> command;  // placeholders not filled in
  std::vector<std::pair<std::string, std::string>> environment;
  std::string working_directory;  // "": ours
  CommandEndpoint endpoint;
  std::optional<TlsSpec> tls;  // it is wss or https
  ReadySign ready;
  bool operator==(const CommandTarget&) const = default;
};

struct TargetSpec {
  std::optional<CommandTarget> command;  // if it is there, the rest but `workers` means nothing
  std::string plugin;                    // family
  std::string variant;
  std::uint32_t workers = 4;  // of a command: 0 if it was not said
  Dispatch dispatch = Dispatch::fd_modulo;
  std::map<std::string, std::int64_t> parameters;  // of the plugin's variant: those that are not to be the default
  HeapSpec heap;
  bool operator==(const TargetSpec&) const = default;
};

struct Limits {
  std::uint32_t time_s = 20;  // for the storm
  // They end early when the target does what is waited for, so they are long enough for a machine that is busy.
  std::uint32_t start_s = 30;  // until the target listens
  std::uint32_t stop_s = 15;   // from SIGTERM to SIGKILL
  // Of all the target's processes together; beyond it the run ends.
  std::optional<std::uint32_t> rss_mb{};
  std::optional<std::uint32_t> descriptors{};
  bool operator==(const Limits&) const = default;
};

// When an expected finding shows. by_kind: the scenario does not say.
enum class Showing { by_kind, storm, stop };

// Matches findings by kind and, unless empty, by tag. `kind` may end in '*' ("asan:*"). It holds in the named flavours
// only; none named: in all.
struct FindingPattern {
  std::string kind;
  std::string tag;
  std::vector<std::string> flavours = {};
  Showing when = Showing::by_kind;  // only of what is expected
  bool operator==(const FindingPattern&) const = default;
};

// What of the load an expectation may bound: a count, or one that is measured.
enum class LoadFigure {
  sessions,         // of {"completed"}: those that got through; shares are of those that were not excused or unfinished
  errors,           // of {}, {phase} or {phase, errno's name}; shares are of the connections begun
  statuses,         // of {"2xx"} or {"503"}: HTTP's; shares are of all that were counted
  rate_per_s,       // of {}: connections opened
  open_latency_us,  // of {"p50"}, {"p90"}, {"p99"} or {"max"}
  answer_latency_us,  // the same
};

struct LoadBound {
  enum class Limit { min, max, min_share, max_share };
  LoadFigure figure = LoadFigure::errors;
  std::vector<std::string> of = {};
  Limit limit = Limit::max;
  double value = 0;  // shares: 0 to 1
  bool operator==(const LoadBound&) const = default;
};

// clean: no finding at all. Otherwise every pattern of `findings` must match at least one finding, and a finding that
// matches neither `findings` nor `allow` is unexpected. In a flavour that no pattern of `findings` names, nothing must
// be found.
struct Expect {
  bool clean = false;
  std::vector<FindingPattern> findings;
  std::vector<FindingPattern> allow;
  std::vector<LoadBound> load = {};  // beside the findings; what is said of sessions or statuses replaces the defaults
  bool operator==(const Expect&) const = default;
};

// The load's sessions, at least one.
std::vector<SessionPart> sessions_of(const Load& load);

// Whether several threads may carry it out: each connection for itself, in no order that the load prescribes.
bool may_be_shared(const Load& load);

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
const char* to_string(Goal);
const char* to_string(Showing);
const char* to_string(CloseKind);
const char* to_string(ProtocolFault);

}  // namespace heapstorm
