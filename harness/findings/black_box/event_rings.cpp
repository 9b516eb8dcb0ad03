// BlackBoxReader's events: what each thread did, read while it may still be doing more.
#include <algorithm>
#include <atomic>
#include <tuple>

#include "harness/findings/black_box_reader.h"

namespace heapstorm {

EventWindow EventWindow::around(std::uint64_t at_us, std::uint64_t radius_us) {
  const std::uint64_t above = std::numeric_limits<std::uint64_t>::max() - at_us;
  return {at_us - std::min(at_us, radius_us), at_us + std::min(above, radius_us)};
}

void BlackBoxReader::collect_ring(std::uint32_t ring, EventWindow window, std::vector<EventInfo>& events) const {
  const std::uint64_t start = entry_offset(HEAPSTORM_SECTION_RINGS, ring, sizeof(heapstorm_box_ring));
  const auto next = bytes_.copy<std::uint64_t>(start);
  if (!next) return;
  const std::uint64_t kept = std::min<std::uint64_t>(*next, HEAPSTORM_RING_EVENTS);
  for (std::uint64_t number = *next - kept; number != *next; ++number) {
    const std::uint64_t offset =
        start + offsetof(heapstorm_box_ring, events) + number % HEAPSTORM_RING_EVENTS * sizeof(heapstorm_box_event);
    const std::uint64_t sequence_offset = offset + offsetof(heapstorm_box_event, sequence);
    const auto expected = static_cast<std::uint32_t>(number + 1);
    if (bytes_.acquire(sequence_offset) != expected) continue;
    const auto event = bytes_.copy<heapstorm_box_event>(offset);
    // As in a seqlock: the copy counts only if the sequence is still the same behind it.
    std::atomic_thread_fence(std::memory_order_acquire);
    if (!event || event->sequence != expected || bytes_.acquire(sequence_offset) != expected) continue;
    if (event->kind == HEAPSTORM_EVENT_NONE || event->kind >= HEAPSTORM_EVENT_KIND_COUNT) continue;
    if (event->at_us < window.from_us || event->at_us > window.to_us) continue;
    events.push_back({event->at_us, ring, number, event->thread, event->kind, event->connection, event->value});
  }
}

std::vector<EventInfo> BlackBoxReader::events(std::optional<std::uint32_t> slot, EventWindow window) const {
  std::vector<EventInfo> events;
  if (slot) {
    collect_ring(*slot % HEAPSTORM_RINGS, window, events);
  } else {
    for (std::uint32_t ring = 0; ring < HEAPSTORM_RINGS; ++ring) collect_ring(ring, window, events);
  }
  // The clock is coarse: within a ring its own order breaks ties.
  std::sort(events.begin(), events.end(), [](const EventInfo& left, const EventInfo& right) {
    return std::tie(left.at_us, left.ring, left.number) < std::tie(right.at_us, right.ring, right.number);
  });
  return events;
}

const char* event_name(std::uint16_t kind) {
  switch (kind) {
    case HEAPSTORM_EVENT_THREAD_START:
      return "thread starts";
    case HEAPSTORM_EVENT_THREAD_STOP:
      return "thread stops";
    case HEAPSTORM_EVENT_CONNECTION_OPEN:
      return "connection opens";
    case HEAPSTORM_EVENT_CONNECTION_CLOSE:
      return "connection closes";
    case HEAPSTORM_EVENT_ACTION:
      return "action";
    case HEAPSTORM_EVENT_FINDING:
      return "finding";
    default:
      return "unknown";
  }
}

}  // namespace heapstorm
