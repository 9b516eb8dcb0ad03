// One reader for each part of a scenario file. Each fills in what is right and notes what is wrong. Internal to
// harness/scenario.
#pragma once

#include "harness/scenario/reader.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::scenario {

void read_target(const Node& node, TargetSpec& target);
// Returns how connections arrive, or nothing if the file has that wrong.
std::optional<Arrival> read_load(const Node& node, Load& load);
// What depends on a value that was wrong itself (nothing) is not checked: one mistake, one message.
void read_session(const Node& node, std::optional<Protocol> protocol, std::vector<Step>& session);
void read_faults(const Node& node, std::optional<Arrival> arrival, std::vector<Fault>& faults);
void read_limits(const Node& node, Limits& limits);
void read_expect(const Node& node, Expect& expect);

}  // namespace heapstorm::scenario
