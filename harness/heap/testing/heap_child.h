// Test support: runs a piece of code in a child process with a heap of its own, and reads what it left in its black
// box. The heap starts once in a process and some violations end it, so every case gets a process.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/heap/heap.h"

namespace heapstorm::heap {

class HeapChild {
 public:
  // Forks; the child starts a heap with `options` (its box_fd is replaced), registers as "main", runs `body` and exits
  // with 0. Waits for its end; a child that takes longer than 60 s is killed.
  HeapChild(heapstorm_heap_options options, const std::function<void()>& body);
  ~HeapChild();
  HeapChild(const HeapChild&) = delete;
  HeapChild& operator=(const HeapChild&) = delete;

  bool exited_cleanly() const;
  int exit_code() const;
  int signal() const;  // that killed it, or 0
  std::vector<heapstorm_box_finding> findings() const;
  // The only finding there is; fails the test if there is another number of them.
  heapstorm_box_finding only_finding() const;
  std::string name(std::uint32_t id) const;
  const heapstorm_box_thread& thread(std::uint32_t id) const;
  std::string thread_name(std::uint32_t id) const;
  const heapstorm_box_handoff& handoff(std::uint32_t index) const;
  std::uint64_t stack_frames(std::uint32_t id) const;
  const heapstorm_box_control& control() const;
  const heapstorm_box_connections& connections() const;
  // What the threads of this slot put into their ring, oldest first, as long as it has not gone round.
  std::vector<heapstorm_box_event> events(std::uint32_t slot) const;

 private:
  template <typename T>
  const T* section(int number) const;

  int status_ = 0;
  std::uint64_t box_bytes_ = 0;
  std::byte* box_ = nullptr;
};

// Defaults for tests: a small arena; the backend is the parameter of most tests.
heapstorm_heap_options test_options(heapstorm_backend backend);

// Runs `body` on a thread of that name, to its end.
void on_thread(const char* name, const std::function<void()>& body);

// A write that no sanitizer sees: what a stray pointer in uninstrumented code does.
void stray_write(void* block, std::int64_t offset, unsigned char value);
// The same, of a value that surely is another one than was there: guards are keyed, and any fixed value is theirs once
// in 256.
void stray_flip(void* block, std::int64_t offset);

}  // namespace heapstorm::heap
