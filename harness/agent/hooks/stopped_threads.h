// StoppedThreads: for its life all other threads of the process stand still, each in a signal handler of ours, so that
// code can be changed which they may be about to run. One at a time in a process.
//
// The signal is the one that glibc keeps for itself (33), which no program can block or handle by libc's functions.
// Ours is told from glibc's by its value, and glibc's is handed on. A system call of a stopped thread may
// return early (EINTR), as after any signal. Allocates nothing, takes no lock.
//
// Of a thread that was in a handler of the program's already, the place that this handler interrupted is not seen.
#pragma once

#include <cstdint>

namespace heapstorm::agent {

class StoppedThreads {
 public:
  // Where a thread is to go on that stands at `address`: the same address unless its code was changed.
  using NewPlace = std::uint64_t (*)(std::uint64_t address, const void* context);

  // Stops them. Returns false, and lets all go on, if one did not stop within two seconds (it is held by a debugger,
  // say) or if there are more than 8192.
  StoppedThreads();
  // Lets them go on.
  ~StoppedThreads();
  StoppedThreads(const StoppedThreads&) = delete;
  StoppedThreads& operator=(const StoppedThreads&) = delete;

  bool all_stopped() const { return all_stopped_; }
  // How many stand still.
  std::uint32_t count() const;
  // For when they go on. `context` must live as long as this.
  void set_new_place(NewPlace new_place, const void* context);

 private:
  bool stop_all();
  bool all_stopped_ = false;
};

}  // namespace heapstorm::agent
