// Ways to leave and protocol faults, as a scenario names them; and that the schema says the same.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using nlohmann::json;
using scenario::faulty_sample;
using scenario::with;

std::string error_of(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  return result ? "no error" : result.error().message;
}

std::string error_with(const std::string& from, const std::string& to) {
  return error_of(with(faulty_sample(), from, to));
}

Load load_of(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  EXPECT_TRUE(result) << result.error().message;
  return result ? result.value().load : Load{};
}

TEST(SessionFaults, AKindIsAWeightOrAWeightAndItsNumber) {
  const Load load = load_of(faulty_sample());
  MisbehaveStep misbehave;
  misbehave.weights[static_cast<std::size_t>(ProtocolFault::none)] = 5;
  misbehave.weights[static_cast<std::size_t>(ProtocolFault::bad_opcode)] = 1;
  misbehave.weights[static_cast<std::size_t>(ProtocolFault::slow_write)] = 2;
  misbehave.amounts[static_cast<std::size_t>(ProtocolFault::slow_write)] = {2, 4};
  EXPECT_EQ(std::get<MisbehaveStep>(load.session[1]), misbehave);
  const auto& leave = std::get<LeaveStep>(load.session[2]);
  EXPECT_EQ(leave.weights[static_cast<std::size_t>(CloseKind::silent)], 1U);
  EXPECT_EQ(leave.amounts[static_cast<std::size_t>(CloseKind::silent)], (Range{20, 20}));
  EXPECT_EQ(leave.amounts[static_cast<std::size_t>(CloseKind::mid_frame)], (Range{1, 69}));
}

TEST(SessionFaults, MistakesAreNamed) {
  const std::string at = "s.json:9: /load/session/1/misbehave";
  EXPECT_EQ(error_with("\"bad_opcode\"", "\"bad_opcod\""),
            at + "/bad_opcod: unknown key; did you mean \"bad_opcode\"?");
  EXPECT_EQ(error_with("\"2..4\"", "\"4..2\""), at + "/slow_write/every_ms: the range 4..2 is empty");
  EXPECT_EQ(error_with("\"2..4\"", "0"), at + "/slow_write/every_ms: must be between 1 and 1000, not 0");
  EXPECT_EQ(error_with("\"2..4\"", "\"0..4\""),
            at + "/slow_write/every_ms: must be at least 1, not the string \"0..4\"");
  EXPECT_EQ(error_with("\"weight\": 2, ", ""), at + "/slow_write/weight: is missing");
  EXPECT_EQ(error_with("\"none\": 5, \"bad_opcode\": 1, \"slow_write\": { \"weight\": 2, \"every_ms\": \"2..4\" }",
                       "\"bad_opcode\": 0"),
            at + ": at least one fault, or \"none\", needs a weight above 0");
  EXPECT_EQ(error_with("{ \"open\": {} },", "{ \"open\": {} }, { \"misbehave\": { \"none\": 1 } },"),
            "s.json:9: /load/session/2: only one step may be misbehave; it chooses among all faults by weight");
}

TEST(SessionFaults, AKindWithoutANumberTakesNone) {
  EXPECT_EQ(error_with("\"rst_unread\": 1", "\"rst_unread\": { \"weight\": 1 }"),
            "s.json:10: /load/session/2/leave/rst_unread: must be an integer between 0 and 1000000, not an object");
}

TEST(SessionFaults, EachNeedsAProtocolThatHasIt) {
  const std::string http = with(faulty_sample(), "\"websocket\"", "\"http\"");
  EXPECT_EQ(error_of(http), "s.json:9: /load/session/1/misbehave/bad_opcode: needs protocol \"websocket\"");
  const std::string tcp = with(faulty_sample(), "\"websocket\"", "\"tcp\"");
  EXPECT_EQ(error_of(with(with(tcp, "bad_opcode", "garbage_first"), "rst_unread", "mid_handshake")),
            "s.json:9: /load/session/1/misbehave/garbage_first: needs protocol \"http\" or \"websocket\"\n"
            "s.json:10: /load/session/2/leave/mid_handshake: needs protocol \"http\" or \"websocket\"");
  EXPECT_EQ(error_of(with(tcp, "\"bad_opcode\": 1", "\"bad_opcode\": 0")), "no error");
}

// Of the schema's properties of `step`: the name and bounds of the kind's own number, and what it is by default.
json rules_in_schema(const json& schema, const char* step) {
  json rules = json::object();
  for (const auto& [kind, value] : schema["definitions"]["step"]["properties"][step]["properties"].items()) {
    rules[kind] = json::array();
    if (!value.contains("anyOf")) continue;
    for (const auto& [name, number] : value["anyOf"][1]["properties"].items()) {
      if (name == "weight") continue;
      const json& bounds = number["anyOf"][0];
      rules[kind] = {name, bounds["minimum"], bounds["maximum"], number["default"]};
    }
  }
  return rules;
}

template <std::size_t count>
json rules_in_table(const std::array<FaultRules, count>& table) {
  json rules = json::object();
  for (const FaultRules& kind : table) {
    rules[kind.name] = json::array();
    const Amount& amount = kind.amount;
    if (amount.name == nullptr) continue;
    json usual = std::to_string(amount.usual.low) + ".." + std::to_string(amount.usual.high);
    if (amount.usual.low == amount.usual.high) usual = amount.usual.low;
    rules[kind.name] = {amount.name, amount.bounds.low, amount.bounds.high, usual};
  }
  return rules;
}

TEST(SessionFaults, SchemaAndTableHaveTheSameKindsNumbersAndDefaults) {
  std::ifstream stream(HEAPSTORM_SCENARIOS "/scenario.schema.json");
  const json schema = json::parse(stream);
  EXPECT_EQ(rules_in_schema(schema, "leave"), rules_in_table(close_kind_rules));
  EXPECT_EQ(rules_in_schema(schema, "misbehave"), rules_in_table(protocol_fault_rules));
}

TEST(SessionFaults, DefaultsLieWithinTheirBounds) {
  const auto check = [](const FaultRules& kind) {
    EXPECT_LE(kind.amount.bounds.low, kind.amount.usual.low) << kind.name;
    EXPECT_LE(kind.amount.usual.low, kind.amount.usual.high) << kind.name;
    EXPECT_LE(kind.amount.usual.high, kind.amount.bounds.high) << kind.name;
  };
  for (const FaultRules& kind : close_kind_rules) check(kind);
  for (const FaultRules& kind : protocol_fault_rules) check(kind);
}

}  // namespace
}  // namespace heapstorm
