// A cache of a formatted date, in plain malloc. Its argument says how it is written:
//   static        DEFECT: one pointer for all threads, and whoever renews it frees the block of another thread. Two
//                 threads, one after the other, each with a renewal: foreign_free. Models swoole-src #5507.
//   thread_local  the fix: a pointer for each thread
//   handed_off    one pointer, whose blocks are declared to change hands
//   allowed       the same, by the name of the function that makes them
// Its second argument is the policy: "report" or "abort".
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

#include "harness/malloc_hooks/malloc_hooks.h"

namespace {

constexpr std::size_t date_bytes = 45;
char* shared_date = nullptr;
thread_local char* own_date = nullptr;
bool hands_off = false;

__attribute__((noinline)) char* make_date() {
  char* date = static_cast<char*>(std::malloc(date_bytes));
  if (date == nullptr) std::abort();
  std::memset(date, 'x', date_bytes);
  if (hands_off) heapstorm_malloc_hand_off(date);
  return date;
}

__attribute__((noinline)) void renew(char*& date) {
  std::free(date);
  date = make_date();
}

void renew_twice(bool shared) {
  char*& date = shared ? shared_date : own_date;
  renew(date);
  renew(date);
  if (!shared) std::free(own_date);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string_view variant = arguments[1];
  hands_off = variant == "handed_off";
  if (variant == "allowed") heapstorm_malloc_allow("make_date");
  const bool aborts = std::string_view(arguments[2]) == "abort";
  if (heapstorm_malloc_watch(aborts ? HEAPSTORM_MALLOC_ABORT : HEAPSTORM_MALLOC_REPORT) == 0) return 2;
  const bool shared = variant != "thread_local";
  for (int i = 0; i < 3; ++i) std::thread(renew_twice, shared).join();
  std::free(shared_date);
}
