#include "harness/runner/post_mortem.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "harness/findings/owner_heap_findings.h"

namespace heapstorm {
namespace {

constexpr std::size_t events_before = 6;
constexpr std::size_t events_after = 3;
constexpr std::size_t max_threads = 32;
constexpr std::chrono::seconds scan_budget{10};

// When the first violation was recorded.
std::optional<std::uint64_t> first_finding_us(const BlackBoxReader& box) {
  std::optional<std::uint64_t> first;
  for (const RawFinding& finding : box.findings()) {
    if (!finding.damaged()) first = std::min(first.value_or(finding.record.at_us), finding.record.at_us);
  }
  return first;
}

// Rings overwrite their oldest events: in a long run that moment may be gone from all of them, and only the starts of
// threads that did little since are older.
bool is_still_there(std::uint64_t at_us, const std::vector<EventInfo>& events) {
  return std::any_of(events.begin(), events.end(), [&](const EventInfo& event) {
    return event.at_us <= at_us && event.kind != HEAPSTORM_EVENT_THREAD_START;
  });
}

// The difference of two times of a box, which may be any numbers.
std::int64_t difference(std::uint64_t left, std::uint64_t right) {
  return static_cast<std::int64_t>(left - right);
}

std::uint64_t distance(std::uint64_t left, std::uint64_t right) {
  return std::max(left, right) - std::min(left, right);
}

// One thread's events around a time, and how near the nearest is.
struct Trace {
  std::uint32_t thread = 0;
  std::vector<EventInfo> events;
  std::uint64_t nearest_us = 0;
};

Trace trace_around(std::uint32_t thread, const std::vector<EventInfo>& events, std::uint64_t zero_us) {
  const auto after =
      std::find_if(events.begin(), events.end(), [&](const EventInfo& event) { return event.at_us > zero_us; });
  const auto before_count = std::min<std::ptrdiff_t>(events_before, after - events.begin());
  const auto after_count = std::min<std::ptrdiff_t>(events_after, events.end() - after);
  Trace trace{thread, {after - before_count, after + after_count}, ~std::uint64_t{0}};
  for (const EventInfo& event : trace.events) {
    trace.nearest_us = std::min(trace.nearest_us, distance(event.at_us, zero_us));
  }
  return trace;
}

std::string connection_text(std::uint32_t connection) {
  if (connection == 0) return "";
  if ((connection & HEAPSTORM_CONNECTION_SERVER_SIDE) == 0) return std::to_string(connection);
  return "accepted " + std::to_string(connection & ~HEAPSTORM_CONNECTION_SERVER_SIDE);
}

bool has_action(std::uint16_t kind) {
  return kind == HEAPSTORM_EVENT_ACTION || kind == HEAPSTORM_EVENT_CONNECTION_OPEN ||
         kind == HEAPSTORM_EVENT_CONNECTION_CLOSE;
}

TimelineEvent shown(const BlackBoxReader& box, const EventInfo& event, std::uint64_t zero_us) {
  const auto thread = box.thread(event.thread);
  return {difference(event.at_us, zero_us), thread ? thread->name : "an unknown thread", event_name(event.kind),
          connection_text(event.connection),
          has_action(event.kind) ? action_text(static_cast<std::uint32_t>(event.value)) : ""};
}

std::vector<Trace> traces_of(const std::vector<EventInfo>& events, std::uint64_t zero_us) {
  std::map<std::uint32_t, std::vector<EventInfo>> by_thread;
  for (const EventInfo& event : events) by_thread[event.thread].push_back(event);
  std::vector<Trace> traces;
  for (const auto& [thread, own] : by_thread) traces.push_back(trace_around(thread, own, zero_us));
  std::sort(traces.begin(), traces.end(), [](const Trace& left, const Trace& right) {
    return std::tie(left.nearest_us, left.thread) < std::tie(right.nearest_us, right.thread);
  });
  return traces;
}

// By time; within a ring its own order breaks ties.
std::vector<EventInfo> merged(const std::vector<Trace>& traces) {
  std::vector<EventInfo> events;
  for (const Trace& trace : traces) events.insert(events.end(), trace.events.begin(), trace.events.end());
  std::sort(events.begin(), events.end(), [](const EventInfo& left, const EventInfo& right) {
    return std::tie(left.at_us, left.ring, left.number) < std::tie(right.at_us, right.ring, right.number);
  });
  return events;
}

void note_damage(const BlackBoxReader& box, PostMortem& result) {
  for (const std::string& damage : box.damage()) result.notes.push_back(damage);
  const std::uint64_t counted = box.control().findings;
  const std::size_t there = box.findings().size();
  if (there < counted) {
    result.notes.push_back("of " + std::to_string(counted) + " counted findings only " + std::to_string(there) +
                           " are in the black box: it is cut off or damaged");
  }
}

}  // namespace

Timeline make_timeline(const BlackBoxReader& box) {
  const std::vector<EventInfo> events = box.events();  // by time
  const auto finding_us = first_finding_us(box);
  Timeline timeline;
  timeline.around_finding = finding_us && is_still_there(*finding_us, events);
  const std::uint64_t last_us = events.empty() ? 0 : events.back().at_us;
  const std::uint64_t zero_us = timeline.around_finding ? *finding_us : last_us;
  std::vector<Trace> traces = traces_of(events, zero_us);
  if (traces.size() > max_threads) {
    timeline.threads_left_out = traces.size() - max_threads;
    traces.resize(max_threads);
  }
  for (const EventInfo& event : merged(traces)) timeline.events.push_back(shown(box, event, zero_us));
  return timeline;
}

PostMortem examine(const SavedBlackBox& saved) {
  const BlackBoxReader box(saved.bytes());
  PostMortem result;
  note_damage(box, result);
  result.sees_blocks = (box.header().features & HEAPSTORM_FEATURE_SYSTEM_BACKEND) == 0;
  if (result.sees_blocks) result.live_blocks = box.live_blocks(saved.extents(), scan_budget);
  result.timeline = make_timeline(box);
  return result;
}

}  // namespace heapstorm
