// One more client after a storm: a server that hangs has no other way to show it.
#pragma once

#include <cstdint>
#include <stop_token>

#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

constexpr std::uint32_t answer_deadline_ms = 5000;

// Whether the target of `scenario`, which has a command, answers a client that opens, says the first thing of the
// session and leaves in order. A refusal or a wrong answer is an answer too. True if the stop token ended the wait.
bool still_answers(const Scenario& scenario, const Endpoint& endpoint, std::stop_token stop);

}  // namespace heapstorm
