#include "targets/worker_reload/event_loop.h"

#include <new>

#include "harness/heap/heap.h"

namespace heapstorm::targets::worker_reload {

EventLoop* EventLoop::create(std::uint16_t tag) {
  void* const block = heapstorm_allocate(sizeof(EventLoop), tag);
  if (block == nullptr) throw std::bad_alloc();
  return new (block) EventLoop;
}

void EventLoop::destroy() {
  this->~EventLoop();
  heapstorm_free(this);
}

std::uint64_t Loops::add(EventLoop& loop) {
  const std::scoped_lock lock(mutex_);
  loops_.emplace(++last_number_, &loop);
  return last_number_;
}

void Loops::remove(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  loops_.erase(number);
}

void Loops::wake(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  const auto known = loops_.find(number);
  if (known != loops_.end()) known->second->wake();
}

}  // namespace heapstorm::targets::worker_reload
