#include "harness/heap/stacks/stack_cache.h"

namespace heapstorm::heap {

// The one of the same call if there is one, else one of the two in turn.
HEAPSTORM_READS_STACKS StackCache::Entry& StackCache::entry_for(std::uint64_t frame_pointer) {
  std::uint64_t return_address = *reinterpret_cast<const volatile std::uint64_t*>(frame_pointer + 8);
  unsigned place = place_of(frame_pointer, return_address);
  for (unsigned other : {place, place ^ 1}) {
    Entry& entry = entries_[other];
    if (entry.is_of(frame_pointer, return_address)) return entry;
  }
  return entries_[place ^ (next_victim_++ & 1)];
}

// Makes an entry of a walk. A walk without a single frame, or over more than 4 GiB, is not remembered.
HEAPSTORM_READS_STACKS bool StackCache::prepare(Entry& entry) {
  StackWalk& walk = entry.walk;
  if (walk.count == 0) return false;
  for (std::uint32_t i = walk.count; i < HEAPSTORM_STACK_FRAMES; ++i) {
    walk.frame_addresses[i] = walk.frame_addresses[walk.count - 1];
    walk.links[i] = walk.links[walk.count - 1];
  }
  if (!entry.offsets.pack(walk.frame_addresses)) return false;
  if (can_digest_frames()) entry.digest = digest_of_frames(walk.frame_addresses[0], entry.offsets);
  return true;
}

HEAPSTORM_READS_STACKS std::uint32_t StackCache::capture(std::uint64_t frame_pointer, const StackBounds& bounds,
                                                         StackDepot& depot) {
  if (const std::uint32_t* known = find<Verify::by_words>(frame_pointer)) return *known;
  Entry& entry = entry_for(frame_pointer);
  walk_stack(frame_pointer, bounds, entry.walk);
  std::uint64_t return_addresses[HEAPSTORM_STACK_FRAMES];
  for (std::uint32_t i = 0; i < entry.walk.count; ++i) return_addresses[i] = entry.walk.links[i].return_address;
  entry.id = depot.intern(return_addresses, entry.walk.count);
  entry.frame_pointer = prepare(entry) && entry.id != 0 ? frame_pointer : 0;
  return entry.id;
}

}  // namespace heapstorm::heap
