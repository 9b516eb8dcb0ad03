// One more client after a storm: a server that hangs has no other way to show it.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

constexpr std::uint32_t answer_deadline_ms = 10000;

// What one more client met with.
enum class Probe {
  answer,
  pong,     // no answer to its message, but one to a ping: the server lives
  partial,  // some of what it awaits, but not all: the beginning of an answer, or fewer answers
  // It was refused, or left alone in the middle. The server's end may be on its way: the kernel closes a dying
  // process's sockets before anybody hears of its death. Also if the stop token came first.
  turned_away,
  silence,  // it waited for answer_deadline_ms in vain
};

// For each session of the load's mix a client opens, sends the first message that awaits an answer, and leaves in
// order; if the session awaits none, to be let in is answer enough. `path` is the one of handshakes and requests that
// name none. Returns what was worst; after a silence nothing more is tried.
Probe probe_answer(const Load& load, const Endpoint& endpoint, const std::string& path, std::stop_token stop);

// Whether this shows that the server hangs. Who sends something does not, unless it has given whole answers to the same
// words before.
bool is_hang(Probe probe, const SessionCounts& sessions);

// Of `pong`, `partial` and `silence`: a sentence for the report; of the others "".
std::string describe(Probe probe);

}  // namespace heapstorm
