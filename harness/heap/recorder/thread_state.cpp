#include "harness/heap/recorder/thread_state.h"

#include <algorithm>

#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {

thread_local constinit ThreadState* this_thread_state __attribute__((tls_model("initial-exec"))) = nullptr;

// Evenly from 0 to twice the average: no program frees in step with it.
void ThreadState::draw_next_watch() {
  std::uint64_t one_in = std::max(heaps().options.watch_whole_one_in, 1u);
  draw = draw * 0x2545f491u + 0x9e3779b9u;
  std::uint64_t others = std::uint64_t{draw} * std::min(2 * one_in - 1, std::uint64_t{~std::uint32_t{0}}) >> 32;
  frees_until_watched = static_cast<std::uint32_t>(others);
}

void ThreadState::use_long_path() {
  bare_end = 0;
  guarded_end = 0;
  bare_owner_word = 0;
  guarded_owner_word = 0;
  guarded_path = long_path;
}

// The coarse clock costs as much as a whole allocation, and the counters lie in another page, so both wait for now and
// then.
void ThreadState::refresh_counters() {
  constexpr std::uint32_t allocations_between = 63;
  std::uint32_t allocations = refreshed ? allocations_between - allocations_until_refresh : 0;
  refreshed = true;
  allocations_until_refresh = allocations_between;
  now_ms = heaps().box.coarse_now_ms();
  store(record->allocations, load(record->allocations) + allocations);
  store(record->frees, load(record->frees) + frees);
  store(*own_pair, load(*own_pair) + frees);
  frees = 0;
}

}  // namespace heapstorm::heap
