#include "harness/heap/thread_state.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>

#include "harness/base/check.h"
#include "harness/heap/freed_blocks.h"
#include "harness/heap/guarded_path.h"
#include "harness/heap/leaks.h"
#include "harness/heap/owner_heap.h"
#include "harness/heap/process.h"

namespace heapstorm::heap {

thread_local constinit ThreadState* this_thread_state __attribute__((tls_model("initial-exec"))) = nullptr;

namespace {

// Live threads at once. The table costs nothing until they live.
constexpr std::uint32_t slot_count = 65536;
struct Slot {
  OwnerCell cell;
  std::atomic<std::uint32_t> taken{0};
  std::uint32_t generations = 0;  // of the thread that has it
  ThreadState* memory = nullptr;  // mapped at the slot's first use, used again by later generations
  // The stack of the thread that the cell names, also for other threads.
  std::atomic<std::uint64_t> stack_low{0};
  std::atomic<std::uint64_t> stack_high{0};
};
Slot* slots = nullptr;  // mapped by prepare_threads, and not a plain array: find_holder searches those

std::uint32_t take_slot() {
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    std::uint32_t free = 0;
    if (slots[i].taken.load(std::memory_order_relaxed) == 0 &&
        slots[i].taken.compare_exchange_strong(free, 1, std::memory_order_acq_rel)) {
      return i;
    }
  }
  HEAPSTORM_CHECK(!"more than 65,536 live threads");
  return 0;
}

ThreadState* make_state(Slot& slot) {
  if (slot.memory == nullptr) {
    void* memory = mmap(nullptr, sizeof(ThreadState), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HEAPSTORM_CHECK(memory != MAP_FAILED);
    slot.memory = static_cast<ThreadState*>(memory);
  }
  return new (slot.memory) ThreadState();
}

// Pairs with lies_on_stack: who sees a bound of this generation sees no id of an earlier one any more.
void publish_stack(Slot& slot, const StackBounds& stack) {
  slot.stack_low.store(stack.low, std::memory_order_release);
  slot.stack_high.store(stack.high, std::memory_order_release);
}

// Whether the thread that has the slot is still `id` and the address lies on its stack.
bool lies_on_stack(const Slot& slot, std::uint32_t id, std::uint64_t address) {
  const std::uint64_t low = slot.stack_low.load(std::memory_order_acquire);
  const std::uint64_t high = slot.stack_high.load(std::memory_order_acquire);
  return address >= low && address < high && slot.cell.id.load(std::memory_order_relaxed) == id;
}

heapstorm_box_thread* write_record(BlackBox& box, std::uint32_t id, std::uint32_t slot, const char* name) {
  heapstorm_box_thread& record = box.threads()[id];
  store(record.slot, slot);
  record.tid = static_cast<std::uint32_t>(gettid());
  record.generation = slots[slot].generations++;
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
    if (!is_main_thread() && !process().is_in_fork()) remember_blocks(*this_thread_state);
    this_thread_state->mimalloc_heap = nullptr;
    this_thread_state->update_paths();
  }
};
thread_local MimallocHeapOfThread mimalloc_heap_of_thread;

mi_heap_t* this_mimalloc_heap() {
  const UnseenByLeakSanitizer unseen_by_leaks;
  MimallocHeapOfThread& own = mimalloc_heap_of_thread;
  if (own.ending) return nullptr;
  const UnseenByTsan unseen;
  if (own.heap == nullptr) own.heap = mi_heap_new_in_arena(process().arena);
  return own.heap;
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
  Process& shared = process();
  HEAPSTORM_CHECK(shared.started);
  char own_name[32] = "";
  if (name == nullptr) {
    pthread_getname_np(pthread_self(), own_name, sizeof own_name);
    name = own_name;
  }
  std::uint32_t slot = take_slot();
  std::uint32_t id = shared.box.take(shared.box.control().next_thread, HEAPSTORM_THREADS);
  HEAPSTORM_CHECK(id < HEAPSTORM_THREADS);
  ThreadState* state = make_state(slots[slot]);
  state->id = id;
  state->owner_key = heapstorm_owner_key(shared.check_key, id);
  state->slot = slot;
  state->cell = &slots[slot].cell;
  state->record = write_record(shared.box, id, slot, name);
  state->ring = EventRing(shared.box, id, slot);
  state->stack = StackBounds::of_this_thread();
  publish_stack(slots[slot], state->stack);
  new (&state->quarantine) Quarantine(shared.options.quarantine_bytes);
  new (&state->cache) BlockCache(shared.options.quarantine_bytes);
  state->perturbation = Perturbation(shared.options, slot, shared.box.control());
  state->hooked = state->perturbation.on() || shared.options.heap_events;
  state->own_pair = shared.box.pairs() + (slot % HEAPSTORM_PAIR_SIDE) * (HEAPSTORM_PAIR_SIDE + 1);
  bool on_mimalloc = shared.options.backend == HEAPSTORM_BACKEND_MIMALLOC ||
                     shared.options.backend == HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC;
  if (on_mimalloc) state->mimalloc_heap = this_mimalloc_heap();
  state->guarded = shared.is_guarded();
  state->draw = id * 0x9e3779b9u;
  state->draw_next_watch();
  state->update_paths();
  state->refresh();
  state->now_ms = shared.box.now_ms();
  state->cell->id.store(id, std::memory_order_release);
  this_thread_state = state;
  pthread_setspecific(exit_key(), state);
  state->ring.write(HEAPSTORM_EVENT_THREAD_START, 0, id);
  if (!shared.ended.is_empty()) check_ended_blocks(*state, ProcessQuarantine::slice);
  return *state;
}

void ThreadState::update_paths() {
  constexpr std::uint32_t end = BlockCache::largest_block_bytes + 1;
  bool fast = mimalloc_heap != nullptr && !hooked && !process().is_unchecked();
  bare_end = fast && !guarded ? end : 0;
  guarded_end = fast && guarded ? end : 0;
  bare_owner_word = bare_end != 0 ? std::uint64_t{id} << 32 : 0;
  guarded_owner_word = guarded_end != 0 ? std::uint64_t{id} << 32 : 0;
  guarded_path = choose_guarded_path(*this);
}

// Evenly from 0 to twice the average: no program frees in step with it.
void ThreadState::draw_next_watch() {
  std::uint64_t one_in = std::max(process().options.watch_whole_one_in, 1u);
  draw = draw * 0x2545f491u + 0x9e3779b9u;
  std::uint64_t others = std::uint64_t{draw} * std::min(2 * one_in - 1, std::uint64_t{~std::uint32_t{0}}) >> 32;
  frees_until_watched = static_cast<std::uint32_t>(others);
}

// The coarse clock costs as much as a whole allocation, and the counters lie in another page, so both wait for now and
// then.
void ThreadState::refresh() {
  constexpr std::uint32_t allocations_between = 63;
  std::uint32_t allocations = refreshed ? allocations_between - allocations_until_refresh : 0;
  refreshed = true;
  allocations_until_refresh = allocations_between;
  now_ms = process().box.coarse_now_ms();
  store(record->allocations, load(record->allocations) + allocations);
  store(record->frees, load(record->frees) + frees);
  store(*own_pair, load(*own_pair) + frees);
  frees = 0;
  if (this_thread_state == this) check_ended_blocks_when_due(*this);
}

int prepare_threads() {
  void* table = mmap(nullptr, sizeof(Slot) * slot_count, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (table == MAP_FAILED) return errno;
  slots = static_cast<Slot*>(table);  // All zero: every slot is free.
  return 0;
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
  if (process().is_in_fork()) return forget_thread();
  release_thread_memory(*state);
  state->refresh();
  heapstorm_box_thread& record = *state->record;
  store(record.death_ms, process().box.now_ms());
  publish(record.state, std::uint32_t{HEAPSTORM_THREAD_RETIRED});
  state->ring.write(HEAPSTORM_EVENT_THREAD_STOP, 0, state->id);
  state->cell->id.store(0, std::memory_order_release);
  forget_thread();
  slots[state->slot].taken.store(0, std::memory_order_release);
}

// A thread that ends meanwhile gives an answer that was right a moment ago.
std::uint32_t thread_with_stack(std::uint64_t address) {
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    const std::uint32_t id = slots[i].cell.id.load(std::memory_order_acquire);
    if (id != 0 && lies_on_stack(slots[i], id, address)) return id;
  }
  return 0;
}

const OwnerCell* find_owner(std::uint32_t id) {
  if (id == 0 || id >= HEAPSTORM_THREADS) return nullptr;
  std::uint32_t slot = load(process().box.threads()[id].slot);
  if (slot >= slot_count) return nullptr;
  const OwnerCell& cell = slots[slot].cell;
  return cell.id.load(std::memory_order_acquire) == id ? &cell : nullptr;
}

bool has_retired(std::uint32_t id) {
  return id < HEAPSTORM_THREADS && load_acquire(process().box.threads()[id].state) == HEAPSTORM_THREAD_RETIRED;
}

bool is_main_thread() {
  return gettid() == getpid();
}

}  // namespace heapstorm::heap
