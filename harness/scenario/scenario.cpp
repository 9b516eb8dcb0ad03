#include "harness/scenario/scenario.h"

#include "harness/base/check.h"
#include "harness/scenario/reading/names.h"

namespace heapstorm {

namespace {

template <typename Names, typename Enum>
const char* name_of(const Names& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  HEAPSTORM_CHECK(index < names.size());
  return names[index];
}

}  // namespace

bool may_be_shared(const Load& load) {
  return load.arrival != Arrival::stepwise && load.warm_up == 0 && load.held == 0;
}

std::vector<SessionPart> sessions_of(const Load& load) {
  if (!load.mix.empty()) return load.mix;
  return {SessionPart{1, 0, static_cast<std::uint32_t>(load.session.size())}};
}

const char* to_string(Protocol protocol) {
  return name_of(scenario::protocol_names, protocol);
}
const char* to_string(Dispatch dispatch) {
  return name_of(scenario::dispatch_names, dispatch);
}
const char* to_string(Policy policy) {
  return name_of(scenario::policy_names, policy);
}
const char* to_string(Backend backend) {
  return name_of(scenario::backend_names, backend);
}
const char* to_string(Arrival arrival) {
  return name_of(scenario::arrival_names, arrival);
}
const char* to_string(Goal goal) {
  return name_of(scenario::goal_names, goal);
}
const char* to_string(Showing when) {
  return when == Showing::by_kind ? "" : scenario::showing_names[static_cast<std::size_t>(when) - 1];
}
const char* to_string(CloseKind kind) {
  return rules_of(kind).name;
}
const char* to_string(ProtocolFault fault) {
  return rules_of(fault).name;
}

}  // namespace heapstorm
