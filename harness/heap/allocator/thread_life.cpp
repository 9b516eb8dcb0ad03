#include "harness/heap/allocator/thread_life.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "harness/base/check.h"
#include "harness/heap/allocator/freed_blocks.h"
#include "harness/heap/allocator/guarded_path.h"
#include "harness/heap/allocator/leaks.h"
#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

bool is_main_thread() {
  return gettid() == getpid();
}

ThreadState& make_state(std::uint32_t number) {
  Slot& slot = slot_at(number);
  if (slot.memory == nullptr) {
    void* memory = mmap(nullptr, sizeof(ThreadState), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HEAPSTORM_CHECK(memory != MAP_FAILED);
    slot.memory = static_cast<ThreadState*>(memory);
  }
  return *new (slot.memory) ThreadState();
}

heapstorm_box_thread* write_record(BlackBox& box, std::uint32_t id, std::uint32_t slot, const char* name) {
  heapstorm_box_thread& record = box.threads()[id];
  store(record.slot, slot);
  record.tid = static_cast<std::uint32_t>(gettid());
  record.generation = slot_at(slot).generations++;
  record.birth_ms = box.now_ms();
  std::size_t length = std::min(std::strlen(name), sizeof record.name);
  std::memcpy(record.name, name, length);
  record.name_length = static_cast<std::uint32_t>(length);
  publish(record.state, std::uint32_t{HEAPSTORM_THREAD_ALIVE});
  return &record;
}

// The mimalloc heap belongs to the operating system's thread, not to the ThreadState: a thread that retires and
// registers again uses the same one. mimalloc deletes it in a destructor of a thread-specific key, which may run before
// ours; C++ thread-local destructors run before all of those, so this one says from when on the heap must not be used
// any more.
struct MimallocHeapOfThread {
  mi_heap_t* heap = nullptr;
  bool ending = false;
  ~MimallocHeapOfThread() {
    ending = true;
    if (this_thread_state == nullptr) return;
    // The main thread's key destructors, which would look at the list, do not run at the process's exit.
    if (!is_main_thread() && !heaps().is_in_fork()) remember_blocks(*this_thread_state);
    this_thread_state->mimalloc_heap = nullptr;
    this_thread_state->use_long_path();
  }
};
thread_local MimallocHeapOfThread mimalloc_heap_of_thread;

mi_heap_t* this_mimalloc_heap() {
  const UnseenByLeakSanitizer unseen_by_leaks;
  MimallocHeapOfThread& own = mimalloc_heap_of_thread;
  if (own.ending) return nullptr;
  const UnseenByTsan unseen;
  if (own.heap == nullptr) own.heap = mi_heap_new_in_arena(heaps().arena);
  return own.heap;
}

// Who the thread is, here and in the black box.
void identify(ThreadState& state, std::uint32_t id, std::uint32_t slot, const char* name) {
  ProcessHeaps& shared = heaps();
  state.id = id;
  state.owner_key = heapstorm_owner_key(shared.format.check_key, id);
  state.slot = slot;
  state.cell = &slot_at(slot).cell;
  state.record = write_record(shared.box, id, slot, name);
  state.own_pair = shared.box.pairs() + (slot % HEAPSTORM_PAIR_SIDE) * (HEAPSTORM_PAIR_SIDE + 1);
  state.ring = EventRing(shared.box, id, slot);
  state.stack = StackBounds::of_this_thread();
  publish_stack(slot_at(slot), state.stack);
}

// The fast paths are for a thread of which nothing unusual is to be done.
void choose_paths(ThreadState& state) {
  constexpr std::uint32_t end = BlockCache::max_block_bytes + 1;
  bool fast = state.mimalloc_heap != nullptr && !state.hooked && !heaps().is_unchecked();
  state.bare_end = fast && !state.guarded ? end : 0;
  state.guarded_end = fast && state.guarded ? end : 0;
  state.bare_owner_word = state.bare_end != 0 ? std::uint64_t{state.id} << 32 : 0;
  state.guarded_owner_word = state.guarded_end != 0 ? std::uint64_t{state.id} << 32 : 0;
  state.long_path = path_as_chosen();
  state.guarded_path = choose_guarded_path(state);
}

// With what the options say: a mimalloc heap, a quarantine, a perturbation.
void equip(ThreadState& state) {
  const heapstorm_heap_options& options = heaps().options;
  new (&state.quarantine) Quarantine(options.quarantine_bytes);
  new (&state.cache) BlockCache(options.quarantine_bytes);
  state.perturbation = Perturbation(options, state.slot, heaps().box.control());
  state.hooked = state.perturbation.on();
  bool on_mimalloc =
      options.backend == HEAPSTORM_BACKEND_MIMALLOC || options.backend == HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC;
  if (on_mimalloc) state.mimalloc_heap = this_mimalloc_heap();
  state.guarded = heaps().is_guarded();
  state.draw = state.id * 0x9e3779b9u;
  state.draw_next_watch();
  choose_paths(state);
}

// A thread that forgets to retire is retired by a key's destructor: later than every C++ thread-local destructor, and
// in the second round of the keys' destructors, so that those of the program's own keys may still free what they own,
// too.
void retire_in_second_round(void* state);

pthread_key_t exit_key() {
  static const pthread_key_t key = [] {
    pthread_key_t made = 0;
    HEAPSTORM_CHECK(pthread_key_create(&made, retire_in_second_round) == 0);
    return made;
  }();
  return key;
}

void forget_thread() {
  this_thread_state = nullptr;
  pthread_setspecific(exit_key(), nullptr);
}

void retire_in_second_round(void*) {
  ThreadState* state = this_thread_state;
  if (state == nullptr) return;
  if (state->ending) return retire_thread();
  state->ending = true;
  pthread_setspecific(exit_key(), state);
}

}  // namespace

ThreadState& attach_thread(const char* name) {
  ProcessHeaps& shared = heaps();
  HEAPSTORM_CHECK(shared.started);
  char own_name[32] = "";
  if (name == nullptr) {
    pthread_getname_np(pthread_self(), own_name, sizeof own_name);
    name = own_name;
  }
  const std::uint32_t slot = take_slot();
  const std::uint32_t id = shared.box.take(shared.box.control().next_thread, HEAPSTORM_THREADS);
  HEAPSTORM_CHECK(id < HEAPSTORM_THREADS);
  ThreadState& state = make_state(slot);
  identify(state, id, slot, name);
  equip(state);
  state.refresh_counters();
  state.now_ms = shared.box.now_ms();
  state.cell->id.store(id, std::memory_order_release);
  this_thread_state = &state;
  pthread_setspecific(exit_key(), &state);
  state.ring.write(HEAPSTORM_EVENT_THREAD_START, 0, id);
  if (!shared.ended.is_empty()) check_ended_blocks(state, ProcessQuarantine::slice);
  return state;
}

void rename_thread(ThreadState& state, const char* name) {
  heapstorm_box_thread& record = *state.record;
  std::size_t length = std::min(std::strlen(name), sizeof record.name);
  store(record.name_length, 0u);
  for (std::size_t i = 0; i < length; ++i) store(record.name[i], name[i]);
  publish(record.name_length, static_cast<std::uint32_t>(length));
}

// In a fork the record is that of the parent's thread, which lives on, and so are the blocks.
void retire_thread() {
  ThreadState* state = this_thread_state;
  if (state == nullptr) return;
  if (heaps().is_in_fork()) return forget_thread();
  report_leaks(*state);
  hand_over_freed_blocks(*state);
  // The main thread is the last one as a rule.
  check_ended_blocks(*state, is_main_thread() ? ProcessQuarantine::everything : ProcessQuarantine::slice);
  refresh(*state);
  heapstorm_box_thread& record = *state->record;
  store(record.death_ms, heaps().box.now_ms());
  publish(record.state, std::uint32_t{HEAPSTORM_THREAD_RETIRED});
  state->ring.write(HEAPSTORM_EVENT_THREAD_STOP, 0, state->id);
  state->cell->id.store(0, std::memory_order_release);
  forget_thread();
  give_slot_back(state->slot);
}

}  // namespace heapstorm::heap
