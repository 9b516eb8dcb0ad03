// A thread's event ring in the black box: its last few thousand events, the newest of which survive anything.
#pragma once

#include <cstdint>

#include "harness/heap/box/black_box.h"

namespace heapstorm::heap {

class EventRing {
 public:
  EventRing() = default;
  EventRing(BlackBox& box, std::uint32_t thread, std::uint32_t slot)
      : box_(&box), ring_(box.rings() + slot % HEAPSTORM_RINGS), thread_(thread) {}

  // An event's sequence cell is cleared first and stored last: a reader drops an event whose number is not its place's.
  void write(std::uint16_t kind, std::uint32_t connection, std::uint64_t value) {
    if (ring_ == nullptr) return;
    std::uint64_t number = add(ring_->next, std::uint64_t{1});
    heapstorm_box_event& event = ring_->events[number % HEAPSTORM_RING_EVENTS];
    publish(event.sequence, 0u);
    store(event.at_us, box_->now_us());
    store(event.kind, kind);
    store(event.thread, thread_);
    store(event.connection, connection);
    store(event.value, value);
    publish(event.sequence, static_cast<std::uint32_t>(number + 1));
  }

 private:
  BlackBox* box_ = nullptr;
  heapstorm_box_ring* ring_ = nullptr;
  std::uint32_t thread_ = 0;
};

}  // namespace heapstorm::heap
