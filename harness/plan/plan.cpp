#include "harness/plan/plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/prng.h"

namespace heapstorm {

namespace {

template <std::size_t count>
std::size_t draw_kind(const WeightedFaults<count>& faults, Prng& random) {
  const std::uint64_t total = std::accumulate(faults.weights.begin(), faults.weights.end(), std::uint64_t{0});
  HEAPSTORM_CHECK(total > 0);
  std::uint64_t ticket = random.below(total);
  std::size_t kind = 0;
  while (ticket >= faults.weights[kind]) ticket -= faults.weights[kind++];
  return kind;
}

// Adds one step of the session to a connection, drawing what the session leaves open. Draws also when there is nothing
// to choose, and for steps that will not be reached, so that narrowing one range leaves the draws after it alone.
struct StepPlanner {
  PlannedConnection& connection;
  Prng& random;
  std::uint32_t step;

  void operator()(const OpenStep&) const { add(ActionKind::open, 1); }
  void operator()(const SendStep& send) const { add(ActionKind::send, draw(send.times)); }
  void operator()(const RequestStep& request) const { add(ActionKind::request, draw(request.times)); }
  void operator()(const MisbehaveStep& misbehave) const {
    const std::size_t kind = draw_kind(misbehave, random);
    const std::uint32_t amount = draw(misbehave.amounts[kind]);
    connection.fault = static_cast<ProtocolFault>(kind);
    if (rules_of(connection.fault).amount.name != nullptr) connection.fault_amount = amount;
    if (connection.fault == ProtocolFault::none) return;
    if (rules_of(connection.fault).place != FaultPlace::whole_connection) add(ActionKind::misbehave, 1);
  }
  void operator()(const LeaveStep& leave) const {
    const std::size_t kind = draw_kind(leave, random);
    connection.close = static_cast<CloseKind>(kind);
    if (rules_of(connection.close).amount.name != nullptr) connection.close_amount = draw(leave.amounts[kind]);
    add(ActionKind::leave, 1);
  }

 private:
  std::uint32_t draw(Range range) const { return static_cast<std::uint32_t>(random.between(range.low, range.high)); }
  void add(ActionKind kind, std::uint64_t times) const {
    connection.actions.insert(connection.actions.end(), times, PlannedAction{kind, step});
  }
};

bool ends_session(const PlannedConnection& connection, const PlannedAction& action) {
  return action.kind == ActionKind::misbehave && !rules_of(connection.fault).goes_on;
}

// Drops what a fault leaves no room for: what would follow one that ends the session, and all between the connect and
// one that takes the opening's place.
void cut_session(PlannedConnection& connection) {
  if (connection.fault == ProtocolFault::none && !connection.spoils_opening()) return;
  auto& actions = connection.actions;
  const auto ends = [&](const PlannedAction& action) { return ends_session(connection, action); };
  const auto end = std::find_if(actions.begin(), actions.end(), ends);
  if (end != actions.end()) actions.erase(end + 1, actions.end());
  if (!connection.spoils_opening()) return;
  actions.erase(actions.begin() + 1, actions.end() - 1);
  if (connection.leaves()) connection.fault = ProtocolFault::none;
}

}  // namespace

Plan::Plan(Load load, std::vector<Fault> faults, std::uint64_t seed)
    : load_(std::move(load)), faults_(std::move(faults)), seed_(seed) {
  HEAPSTORM_CHECK(!load_.session.empty() && std::holds_alternative<OpenStep>(load_.session.front()));
  HEAPSTORM_CHECK(std::holds_alternative<LeaveStep>(load_.session.back()));
}

PlannedConnection Plan::connection(std::uint32_t number) const {
  PlannedConnection connection;
  connection_into(number, connection);
  return connection;
}

void Plan::connection_into(std::uint32_t number, PlannedConnection& out) const {
  HEAPSTORM_CHECK(number >= 1 && number <= load_.connections);
  out.number = number;
  out.actions.clear();
  out.close_amount = 0;
  out.fault = ProtocolFault::none;
  out.fault_amount = 0;
  Prng random = Prng(seed_).fork(number);
  for (std::uint32_t step = 0; step < load_.session.size(); ++step) {
    std::visit(StepPlanner{out, random, step}, load_.session[step]);
  }
  cut_session(out);
}

}  // namespace heapstorm
