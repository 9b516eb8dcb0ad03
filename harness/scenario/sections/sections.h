// One reader for each part of a scenario file. Each fills in what is right and notes what is wrong. Internal to
// harness/scenario.
#pragma once

#include <map>
#include <string>

#include "harness/scenario/contract.h"
#include "harness/scenario/reading/reader.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::scenario {

// `protocol`: the load's, nothing if that is wrong.
void read_target(const Node& node, std::optional<Protocol> protocol, TargetSpec& target);
// The target `object` that has the key "command".
void read_command(const ObjectReader& object, std::optional<Protocol> protocol, TargetSpec& target);
// Of that target: `tls`, which an endpoint with wss or https needs, and no other may have.
void read_tls(const ObjectReader& target, bool endpoint_has_tls, CommandTarget& command);
void read_parameters(const Node& node, std::map<std::string, std::int64_t>& parameters);
// load.arrival. Returns it, or nothing if the file has it wrong.
std::optional<Arrival> read_arrival(const ObjectReader& load_object, Load& load);
// What has to fit `connections` and `held`, once those are known.
void check_timetable(const ObjectReader& load_object, const Load& load);
// Returns how connections arrive, or nothing if the file has that wrong.
std::optional<Arrival> read_load(const Node& node, Load& load);
// What depends on a value that was wrong itself (nothing) is not checked: one mistake, one message.
void read_session(const Node& node, std::optional<Protocol> protocol, std::vector<Step>& session);
// `session`, or `sessions` with their weights, of the load `object`.
void read_sessions(const ObjectReader& object, std::optional<Protocol> protocol, Load& load);
// What an open or request step says of the request's head.
void read_paths(const ObjectReader& step, std::vector<std::string>& paths);
void read_headers(const ObjectReader& step, Headers& headers);
void read_subprotocols(const ObjectReader& step, std::vector<std::string>& subprotocols);
void read_faults(const Node& node, std::optional<Arrival> arrival, const TargetSpec& target,
                 std::vector<Fault>& faults);
void read_limits(const Node& node, Limits& limits);
void read_expect(const Node& node, Expect& expect);
void read_load_bounds(const Node& node, std::vector<LoadBound>& bounds);
// A file of its own.
void read_contract(const Node& node, Contract& contract);

}  // namespace heapstorm::scenario
