#include "reports/trace/trace_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/findings/owner_heap_findings.h"
#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t us_per_ms = 1000;

// Every event needs these; `tid` is the thread's number in the black box, 0 for what belongs to no thread.
Json event_of(const char* phase, std::string name, int pid, std::uint32_t tid) {
  return {{"ph", phase}, {"name", std::move(name)}, {"pid", pid}, {"tid", tid}};
}

std::string connection_name(std::uint32_t connection) {
  const char* who = (connection & HEAPSTORM_CONNECTION_SERVER_SIDE) != 0 ? "accepted connection" : "connection";
  return fmt::format("{} {}", who, connection & ~HEAPSTORM_CONNECTION_SERVER_SIDE);
}

// The tracks and slices of a black box's events.
class Events {
 public:
  Events(int pid, Json& trace) : pid_(pid), trace_(trace) {}

  void name_threads(const std::vector<ThreadInfo>& threads) {
    for (const ThreadInfo& thread : threads) {
      Json name = event_of("M", "thread_name", pid_, thread.id);
      name["args"] = {{"name", thread.name}};
      trace_.push_back(std::move(name));
    }
  }

  void add(const EventInfo& event) {
    last_us_ = std::max(last_us_, event.at_us);
    if (event.kind == HEAPSTORM_EVENT_CONNECTION_OPEN && open_.try_emplace(event.connection, event.thread).second) {
      add_end_of_slice("b", event.connection, event.thread, event.at_us);
    } else if (event.kind == HEAPSTORM_EVENT_CONNECTION_CLOSE && open_.erase(event.connection) == 1) {
      add_end_of_slice("e", event.connection, event.thread, event.at_us);
    } else {
      add_instant(event);
    }
  }

  // A viewer draws a slice only if it ends.
  void end_open_slices() {
    for (const auto& [connection, thread] : open_) add_end_of_slice("e", connection, thread, last_us_);
    open_.clear();
  }

 private:
  void add_end_of_slice(const char* phase, std::uint32_t connection, std::uint32_t thread, std::uint64_t at_us) {
    Json slice = event_of(phase, connection_name(connection), pid_, thread);
    slice["ts"] = at_us;
    slice["cat"] = "connection";
    slice["id"] = fmt::format("{:#x}", connection);
    trace_.push_back(std::move(slice));
  }

  void add_instant(const EventInfo& event) {
    const bool acts = event.kind == HEAPSTORM_EVENT_ACTION;
    Json instant = event_of("i", acts ? action_text(static_cast<std::uint32_t>(event.value)) : event_name(event.kind),
                            pid_, event.thread);
    instant["ts"] = event.at_us;
    instant["s"] = "t";
    if (event.connection != 0) instant["args"] = {{"connection", connection_name(event.connection)}};
    trace_.push_back(std::move(instant));
  }

  int pid_;
  Json& trace_;
  std::map<std::uint32_t, std::uint32_t> open_;  // connection to the thread that opened it
  std::uint64_t last_us_ = 0;
};

void add_black_box(const BlackBoxReader& box, int pid, Json& trace) {
  Events events(pid, trace);
  events.name_threads(box.threads());
  for (const EventInfo& event : box.events()) events.add(event);
  events.end_open_slices();
}

void add_findings(const RunResult& result, Json& trace) {
  for (const Finding& finding : result.findings) {
    Json instant = event_of("i", "finding: " + finding.kind, result.pid, 0);
    instant["ts"] = finding.at_ms * us_per_ms;
    instant["s"] = "g";
    instant["args"] = {{"summary", finding.summary},
                       {"fingerprint", finding.fingerprint},
                       {"tag", finding.block ? finding.block->tag : ""},
                       {"held by", finding.held_by},
                       {"at", describe_place(finding)},
                       {"count", finding.count},
                       {"expected", finding.expected}};
    trace.push_back(std::move(instant));
  }
}

void add_series(const RunResult& result, Json& trace) {
  for (std::size_t piece = 0; piece < result.series.pieces.size(); ++piece) {
    for (std::size_t figure = 0; figure < series_figures().size(); ++figure) {
      if (series_figures()[figure].is_rare && result.series.total(figure) == 0) continue;
      Json counter = event_of("C", std::string(series_figures()[figure].name), result.pid, 0);
      counter["ts"] = (result.series.begin_ms + piece * result.series.piece_ms) * us_per_ms;
      counter["args"] = {{"count", result.series.pieces[piece][figure]}};
      trace.push_back(std::move(counter));
    }
  }
}

}  // namespace

std::string to_trace_json(const RunResult& result, const BlackBoxReader* box) {
  Json trace = Json::array();
  Json process = event_of("M", "process_name", result.pid, 0);
  process["args"] = {{"name", result.scenario}};
  trace.push_back(std::move(process));
  add_series(result, trace);
  add_findings(result, trace);
  if (box != nullptr) add_black_box(*box, result.pid, trace);
  Json document;
  document["displayTimeUnit"] = "ms";
  document["otherData"] = {{"heapstorm", result.tool_version}, {"rerun", result.rerun}};
  document["traceEvents"] = std::move(trace);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::string> TraceReport::write(const RunResult& result, const ReportStyle&) const {
  const auto box = open_black_box(result);
  if (!box) return to_trace_json(result, nullptr);
  const BlackBoxReader reader(box->bytes());
  return to_trace_json(result, &reader);
}

}  // namespace heapstorm
