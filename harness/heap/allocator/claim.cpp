#include "harness/heap/allocator/claim.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heapstorm::heap {
namespace {

// Returns when every running thread of the process has passed a full memory barrier.
void barrier_on_all_threads() {
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return;
  syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);  // Kernels before 4.14: slower, the same effect.
}

}  // namespace

void register_for_barriers() {
  syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

// After the barrier either the owner's announcement is visible here, and then we wait until it has decided; or the
// owner will look at the state only after the barrier, and then it sees TAKEN. So exactly one of both wins.
bool claim_as_foreigner(const Block& block) {
  heapstorm_block_header& header = block.header();
  std::uint32_t before = load(header.state);
  if (before >> 24 != HEAPSTORM_BLOCK_LIVE) return false;
  std::uint32_t taken = before ^ (HEAPSTORM_BLOCK_LIVE ^ HEAPSTORM_BLOCK_TAKEN) << 24;
  if (!replace(header.state, before, taken)) return false;
  barrier_on_all_threads();
  const OwnerCell* owner = find_owner(block.owner());
  while (owner != nullptr && owner->freeing.load(std::memory_order_acquire) == block.first()) sched_yield();
  return load_acquire(header.state) == taken;
}

}  // namespace heapstorm::heap
