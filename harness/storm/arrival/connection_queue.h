// The ConnectionQueue: which connection of the plan is begun next. The engines of a storm share one, so each number is
// begun by one of them, and they finish together however the system divides the processors among them.
//
// Safe for use by several threads. Never waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace heapstorm {

class ConnectionQueue {
 public:
  explicit ConnectionQueue(std::uint32_t connections) : end_(connections) {}
  ConnectionQueue(const ConnectionQueue&) = delete;
  ConnectionQueue& operator=(const ConnectionQueue&) = delete;

  // The next number, from 1; each once.
  std::optional<std::uint32_t> take() {
    if (is_empty()) return std::nullopt;
    const std::uint32_t taken = taken_.fetch_add(1, std::memory_order_relaxed);
    if (taken >= end_.load(std::memory_order_relaxed)) return std::nullopt;
    return taken + 1;
  }

  bool is_empty() const { return taken_.load(std::memory_order_relaxed) >= end_.load(std::memory_order_relaxed); }

  // Begins anew with 1. Only while no engine uses it.
  void refill(std::uint32_t connections) {
    taken_.store(0, std::memory_order_relaxed);
    end_.store(connections, std::memory_order_relaxed);
  }

  // Hands out no more.
  void close() { end_.store(0, std::memory_order_relaxed); }
  bool is_closed() const { return end_.load(std::memory_order_relaxed) == 0; }

 private:
  std::atomic<std::uint32_t> taken_{0};
  std::atomic<std::uint32_t> end_;
};

}  // namespace heapstorm
