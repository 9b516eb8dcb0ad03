#include "harness/heap/recorder/thread_slots.h"

#include <sys/mman.h>

#include <cerrno>

#include "harness/base/check.h"
#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

// Live threads at once. The table costs nothing until they live.
constexpr std::uint32_t slot_count = 65536;
Slot* slots = nullptr;  // mapped by prepare_slots, and not a plain array: find_referrer searches those

// Whether the thread that has the slot is still `id` and the address lies on its stack.
bool lies_on_stack(const Slot& slot, std::uint32_t id, std::uint64_t address) {
  const std::uint64_t low = slot.stack_low.load(std::memory_order_acquire);
  const std::uint64_t high = slot.stack_high.load(std::memory_order_acquire);
  return address >= low && address < high && slot.cell.id.load(std::memory_order_relaxed) == id;
}

}  // namespace

int prepare_slots() {
  void* table = mmap(nullptr, sizeof(Slot) * slot_count, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (table == MAP_FAILED) return errno;
  slots = static_cast<Slot*>(table);  // All zero: every slot is free.
  return 0;
}

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

Slot& slot_at(std::uint32_t number) {
  return slots[number];
}

// Pairs with lies_on_stack: who sees a bound of this generation sees no id of an earlier one any more.
void publish_stack(Slot& slot, const StackBounds& stack) {
  slot.stack_low.store(stack.low, std::memory_order_release);
  slot.stack_high.store(stack.high, std::memory_order_release);
}

void give_slot_back(std::uint32_t number) {
  slots[number].taken.store(0, std::memory_order_release);
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
  std::uint32_t slot = load(heaps().box.threads()[id].slot);
  if (slot >= slot_count) return nullptr;
  const OwnerCell& cell = slots[slot].cell;
  return cell.id.load(std::memory_order_acquire) == id ? &cell : nullptr;
}

bool has_retired(std::uint32_t id) {
  return id < HEAPSTORM_THREADS && load_acquire(heaps().box.threads()[id].state) == HEAPSTORM_THREAD_RETIRED;
}

}  // namespace heapstorm::heap
