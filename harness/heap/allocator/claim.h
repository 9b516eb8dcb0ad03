// Who may free a block: exactly one of all threads that try.
//
// A compare-and-swap on every free would cost as much as the whole mimalloc pair (6.6 ns of 6.7 here), only to settle a
// dispute that a correct program never has. So the claim is biased towards the owner, who uses plain loads and stores,
// and the other threads pay: they claim by compare-and-swap and then make sure by membarrier(2) that the owner has seen
// it. Borrowed idea: biased locking, in the asymmetric form of Dekker's algorithm.
#pragma once

#include "harness/heap/guards/block.h"
#include "harness/heap/recorder/thread_state.h"

namespace heapstorm::heap {

// Once in a process, before the first claim.
void register_for_barriers();

// The owner announces the block, then looks at its state. The compiler must keep that order (signal fences); the
// processor may swap them, but not across the barrier that a foreign claimant sends (see claim_as_foreigner).
// `claimed` is the state that the block gets. `ordinary_only`: only a block whose place is 0 is claimed.
template <bool ordinary_only = false>
[[gnu::always_inline]] inline bool claim_as_owner(const ThreadState& state, const Block& block, std::uint32_t claimed) {
  heapstorm_block_header& header = block.header();
  constexpr std::uint32_t live = std::uint32_t{HEAPSTORM_BLOCK_LIVE} << 24;
  OwnerCell& cell = *state.cell;
  cell.freeing.store(block.first(), std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  std::uint32_t before = load(header.state);
  bool claims = ordinary_only ? before == live : before >> 24 == HEAPSTORM_BLOCK_LIVE;
  if (claims) publish(header.state, ordinary_only ? claimed << 24 : before ^ (HEAPSTORM_BLOCK_LIVE ^ claimed) << 24);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  cell.freeing.store(nullptr, std::memory_order_release);
  return claims;
}

// For any other thread. False: somebody else has freed the block, or is just doing so.
bool claim_as_foreigner(const Block& block);

}  // namespace heapstorm::heap
