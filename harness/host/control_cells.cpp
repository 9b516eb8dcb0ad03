#include "harness/host/control_cells.h"

#include <unistd.h>

#include <atomic>
#include <ctime>

#include "harness/heap/heap.h"

namespace heapstorm::host {

namespace {

heapstorm_box_control& control() {
  heapstorm_box_header* const box = heapstorm_heap_box();
  return *reinterpret_cast<heapstorm_box_control*>(reinterpret_cast<char*>(box) +
                                                   box->sections[HEAPSTORM_SECTION_CONTROL].offset);
}

// Of moves of the clock: counts each time that the target looks for the first time after one. Two moves between two
// looks are one to it.
void note_move(std::uint64_t& moves, std::uint64_t& last_seen, std::uint64_t& times_seen) {
  const std::uint64_t now = std::atomic_ref(moves).load(std::memory_order_acquire);
  std::uint64_t seen = std::atomic_ref(last_seen).load(std::memory_order_relaxed);
  while (now > seen) {
    if (!std::atomic_ref(last_seen).compare_exchange_weak(seen, now)) continue;
    std::atomic_ref(times_seen).fetch_add(1);
    return;
  }
}

}  // namespace

std::int64_t clock_seconds() {
  note_move(control().clock_ticks, control().clock_ticks_last_seen, control().clock_ticks_seen);
  note_move(control().clock_jumps, control().clock_jumps_last_seen, control().clock_jumps_seen);
  // Acquire: what the plan did before it moved the clock is visible to who reads the new time.
  const std::int64_t planned = std::atomic_ref(control().clock_seconds).load(std::memory_order_acquire);
  return planned != 0 ? planned : static_cast<std::int64_t>(std::time(nullptr));
}

void publish_listening(std::uint32_t port) {
  std::atomic_ref(control().port).store(port, std::memory_order_relaxed);
  publish_stage(HEAPSTORM_STAGE_LISTENING);
}

void publish_stage(heapstorm_box_stage stage) {
  // Release: pairs with the runner's acquire load, which then may read the port.
  std::atomic_ref(control().stage).store(stage, std::memory_order_release);
}

void publish_order_done(std::uint32_t kind) {
  // Release: who reads the count connects to a worker that is up.
  std::atomic_ref(control().orders_done[kind]).fetch_add(1, std::memory_order_release);
}

void publish_connections_accepted(std::uint64_t count) {
  std::atomic_ref(control().connections_accepted).store(count, std::memory_order_relaxed);
}

void publish_accept_out_of_descriptors() {
  std::atomic_ref(control().accepts_out_of_descriptors).fetch_add(1, std::memory_order_relaxed);
}

bool publish_fault(int signal, std::uint64_t address, std::uint64_t pc) {
  const auto tid = static_cast<std::uint32_t>(::gettid());
  std::uint32_t nobody = 0;
  if (!std::atomic_ref(control().fault_tid).compare_exchange_strong(nobody, tid)) return false;
  std::atomic_ref(control().fault_address).store(address, std::memory_order_relaxed);
  std::atomic_ref(control().fault_pc).store(pc, std::memory_order_relaxed);
  // Release: pairs with the runner's acquire load, which then may read the rest.
  std::atomic_ref(control().fault_signal).store(static_cast<std::uint32_t>(signal), std::memory_order_release);
  return true;
}

bool fault_is_own() {
  return std::atomic_ref(control().fault_tid).load() == static_cast<std::uint32_t>(::gettid());
}

void publish_fault_details(const heapstorm_box_side& side, std::uint32_t flags) {
  std::atomic_ref(control().fault_stack).store(side.stack, std::memory_order_relaxed);
  std::atomic_ref(control().fault_connection).store(side.connection, std::memory_order_relaxed);
  std::atomic_ref(control().fault_action).store(side.action, std::memory_order_relaxed);
  std::atomic_ref(control().fault_flags).store(flags, std::memory_order_relaxed);
}

}  // namespace heapstorm::host
