// Who opens and closes connections, for the coverage that a runner reads while the storm goes on.
#include "harness/heap/allocator/thread_life.h"
#include "harness/heap/box/black_box.h"
#include "harness/heap/heap.h"
#include "harness/heap/recorder/process_heaps.h"

using heapstorm::heap::add;
using heapstorm::heap::heaps;
using heapstorm::heap::this_thread;
using heapstorm::heap::ThreadState;

extern "C" {

uint32_t heapstorm_connection_opened(uint32_t connection, uint32_t action) {
  ThreadState& state = this_thread();
  heapstorm_box_connections& counts = heaps().box.connections();
  const uint32_t slot = state.slot % HEAPSTORM_PAIR_SIDE;
  add(counts.opened[slot], 1u);
  const uint32_t before = __atomic_exchange_n(&counts.last_opened_by, slot + 1, __ATOMIC_ACQ_REL);
  // The target may have damaged the cell.
  if (before != 0 && before <= HEAPSTORM_PAIR_SIDE) add(counts.followed[before - 1][slot], 1u);
  state.ring.write(HEAPSTORM_EVENT_CONNECTION_OPEN, connection, action);
  return slot;
}

void heapstorm_connection_closed(uint32_t connection, uint32_t action, uint32_t opened_by) {
  ThreadState& state = this_thread();
  add(heaps().box.connections().closed[opened_by % HEAPSTORM_PAIR_SIDE][state.slot % HEAPSTORM_PAIR_SIDE], 1u);
  state.ring.write(HEAPSTORM_EVENT_CONNECTION_CLOSE, connection, action);
}

}  // extern "C"
