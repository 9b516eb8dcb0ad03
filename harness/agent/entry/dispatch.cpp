#include "harness/agent/entry/dispatch.h"

namespace heapstorm::agent {
namespace {

constexpr std::size_t thunk_bytes = 16;
constexpr std::uint64_t max_frame_bytes = 256 * 1024;  // of a contract's functions, one inside the other

void* originals[max_functions];
heapstorm_hook_report* reports_by_number = nullptr;
Observer the_observer;

// The outermost call of this thread that has not returned: where its arguments lie on the stack. One that was left by a
// longjmp never returns; its place on the stack then is above later calls or far away.
thread_local std::uint64_t outermost = 0;

bool is_inside(std::uint64_t place) {
  return outermost != 0 && place < outermost && outermost - place < max_frame_bytes;
}

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
  const bool is_nested = is_inside(place);
  if (reports_by_number != nullptr) {
    heapstorm_hook_report& report = reports_by_number[number];
    count(is_nested ? report.nested : report.calls);
  }
  if (is_nested) return originals[number];
  outermost = place;
  const bool goes_on = the_observer.before == nullptr || the_observer.before(number, arguments, return_address);
  return goes_on ? originals[number] : nullptr;
}

__attribute__((visibility("hidden"), used)) std::uint64_t heapstorm_agent_after(std::uint64_t number,
                                                                                const Arguments& arguments,
                                                                                std::uint64_t result) {
  if (outermost != reinterpret_cast<std::uint64_t>(&arguments)) return result;
  if (the_observer.after != nullptr) the_observer.after(number, arguments, result);
  outermost = 0;
  return result;
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
