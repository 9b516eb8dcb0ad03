#include "harness/agent/entry/dispatch.h"

namespace heapstorm::agent {
namespace {

constexpr std::size_t thunk_bytes = 16;                // thunks.S, which also has as many as a plan may have functions
constexpr std::uint64_t max_frame_bytes = 256 * 1024;  // of one function of a contract until it calls another
static_assert(HEAPSTORM_HOOK_FUNCTIONS == 512);

void* originals[HEAPSTORM_HOOK_FUNCTIONS];
heapstorm_hook_report* reports_by_number = nullptr;
Observer the_observer;

// The calls of this thread that have not returned, on all of its stacks (coroutines, signal handlers). One that is left
// by a longjmp or an exception stays until a call at its place or beneath on the same stack shows that it is over, or
// until its entry is needed.
struct ActiveCalls {
  static constexpr std::size_t max_calls = 8;
  ActiveCall calls[max_calls];
  std::size_t next = 0;

  static bool is_near(std::uint64_t a, std::uint64_t b) { return a - b < max_frame_bytes; }

  // The innermost one around a call at `place`.
  const ActiveCall* around(std::uint64_t place) {
    const ActiveCall* innermost = nullptr;
    for (ActiveCall& call : calls) {
      if (call.place == 0) continue;
      if (call.place <= place && is_near(place, call.place)) {
        call.place = 0;  // the stack above it is in use again
      } else if (call.place > place && is_near(call.place, place)) {
        if (innermost == nullptr || call.place < innermost->place) innermost = &call;
      }
    }
    return innermost;
  }

  void enter(std::uint64_t place, std::size_t number) {
    for (std::size_t i = 0; i < max_calls && calls[next].place != 0; ++i) next = (next + 1) % max_calls;
    calls[next] = {place, number};
    next = (next + 1) % max_calls;
  }

  void leave(std::uint64_t place) {
    for (ActiveCall& call : calls) {
      if (call.place == place) call.place = 0;
    }
  }
};

thread_local constinit ActiveCalls active_calls;

void count(std::uint64_t& calls) {
  __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
}

}  // namespace

extern "C" {

extern const char heapstorm_agent_thunks[] __attribute__((visibility("hidden")));

__attribute__((visibility("hidden"), used)) const void* heapstorm_agent_before(std::uint64_t number,
                                                                               const Arguments& arguments,
                                                                               std::uint64_t return_address) {
  const auto place = reinterpret_cast<std::uint64_t>(&arguments);
  const ActiveCall* const outer = active_calls.around(place);
  if (reports_by_number != nullptr) {
    heapstorm_hook_report& report = reports_by_number[number];
    count(outer != nullptr ? report.nested : report.calls);
  }
  active_calls.enter(place, number);
  const bool goes_on = the_observer.before == nullptr || the_observer.before(number, arguments, return_address, outer);
  return goes_on ? originals[number] : nullptr;
}

__attribute__((visibility("hidden"), used)) void heapstorm_agent_after(std::uint64_t number, const Arguments& arguments,
                                                                       std::uint64_t result) {
  const auto place = reinterpret_cast<std::uint64_t>(&arguments);
  active_calls.leave(place);
  if (the_observer.after != nullptr) the_observer.after(number, arguments, result, active_calls.around(place));
}
}

void set_observer(const Observer& observer) {
  the_observer = observer;
}

void set_reports(heapstorm_hook_report* reports) {
  reports_by_number = reports;
}

void** original_of(std::size_t number) {
  return &originals[number];
}

const void* thunk_of(std::size_t number) {
  return heapstorm_agent_thunks + number * thunk_bytes;
}

}  // namespace heapstorm::agent
