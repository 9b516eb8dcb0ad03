// The host's side of the black box's control cells: what it reads from the runner and what it tells the runner. Every
// access is atomic, because the runner has the same page mapped. Valid after heapstorm_heap_start; any thread.
#pragma once

#include <cstdint>

#include "harness/abi/black_box.h"

namespace heapstorm::host {

// Whole seconds since 1970: the clock that the plan moves, or the machine's as long as no runner has set it.
std::int64_t clock_seconds();

// Publishes `port` and then the stage LISTENING.
void publish_listening(std::uint32_t port);
void publish_stage(heapstorm_box_stage stage);
// An order of this kind was carried out.
void publish_order_done(std::uint32_t kind);
void publish_connections_accepted(std::uint64_t count);
// An accept failed because this process may open no further descriptor.
void publish_accept_out_of_descriptors();
// This thread met `signal` at the instruction `pc`, when it accessed `address`. Only the first is kept; false for all
// others. Safe in a signal handler.
bool publish_fault(int signal, std::uint64_t address, std::uint64_t pc);
// Whether the one that was kept is this thread's.
bool fault_is_own();
// What else is known about that one: `side` is of this thread, `flags` are heapstorm_box_fault_flags.
void publish_fault_details(const heapstorm_box_side& side, std::uint32_t flags);

}  // namespace heapstorm::host
