// Fuzzes the way from a scenario's text to its plan. An input is a scenario; lines in front of it that start with
// "--set " are overrides.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/check.h"
#include "harness/plan/plan.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {
namespace {

constexpr std::string_view override_mark = "--set ";
constexpr std::uint32_t max_connections = 50;  // of a plan that is hashed: one takes time in proportion
constexpr std::uint32_t max_times = 1000;
constexpr std::size_t max_overrides = 8;

std::vector<Override> take_overrides(std::string_view& text) {
  std::vector<Override> overrides;
  while (text.starts_with(override_mark) && overrides.size() < max_overrides) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t equals = std::min(line.find('='), line.size());
    overrides.push_back(
        {std::string(line.substr(override_mark.size(), std::max(equals, override_mark.size()) - override_mark.size())),
         std::string(line.substr(std::min(equals + 1, line.size())))});
  }
  return overrides;
}

bool is_long(const Step& step) {
  if (const auto* send = std::get_if<SendStep>(&step)) return send->times.high > max_times;
  if (const auto* request = std::get_if<RequestStep>(&step)) return request->times.high > max_times;
  return false;
}

void check_plan(const Scenario& scenario) {
  const auto& session = scenario.load.session;
  if (std::any_of(session.begin(), session.end(), is_long)) return;
  Load load = scenario.load;
  load.connections = std::min(load.connections, max_connections);
  const std::string hash = Plan(load, scenario.faults, 7).hash();
  HEAPSTORM_CHECK(hash.size() == 32);
  HEAPSTORM_CHECK(hash == Plan(load, scenario.faults, 7).hash());
}

// What a run directory keeps must give the same scenario again.
void check_fixed_point(const Scenario& scenario) {
  const Result<Scenario> again = parse_scenario(scenario.resolved_json, "again.json");
  HEAPSTORM_CHECK(again);
  HEAPSTORM_CHECK(again.value() == scenario);
}

}  // namespace
}  // namespace heapstorm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heapstorm;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<Override> overrides = take_overrides(text);
  const Result<Scenario> scenario = parse_scenario(std::string(text), "fuzz.json", overrides);
  if (!scenario) {
    HEAPSTORM_CHECK(!scenario.error().message.empty() && scenario.error().kind == ErrorKind::bad_input);
    return 0;
  }
  check_fixed_point(scenario.value());
  check_plan(scenario.value());
  return 0;
}
