// What scenario.schema.json says of the target's faults is what their table says.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/faults/fault_table.h"

namespace heapstorm {
namespace {

using nlohmann::json;

const json& resolved(const json& document, const json& value) {
  if (!value.contains("$ref")) return value;
  return document.at(json::json_pointer(value.at("$ref").get<std::string>().substr(1)));
}

// What the schema says of a parameter, as the table of faults does.
json described(const Parameter& parameter) {
  if (parameter.type == Parameter::Type::word)
    return {{"enum", std::vector<std::string_view>(parameter.words.begin(), parameter.words.end())}};
  if (parameter.type == Parameter::Type::block_tag) return {{"type", "string"}, {"pattern", "^[ -~]{1,60}$"}};
  json described = {{"type", "integer"}, {"minimum", parameter.min}, {"maximum", parameter.max}};
  if (parameter.usual) described["default"] = *parameter.usual;
  return described;
}

json alternatives_in(const json& definition) {
  if (definition.contains("allOf")) return definition["allOf"];
  return definition.contains("oneOf") ? json::array({{{"oneOf", definition["oneOf"]}}}) : json::array();
}

TEST(SchemaOfFaults, HasTheFaultsOfTheTableWithTheirParameters) {
  std::ifstream file(HEAPSTORM_SCENARIOS "/scenario.schema.json");
  const json document = json::parse(file);
  const json& definitions = document["definitions"];
  EXPECT_EQ(definitions["fault"]["properties"].size(), fault_kinds().size());
  for (const FaultKind* kind : fault_kinds()) {
    const FaultTraits& traits = kind->traits();
    const std::string name(traits.name);
    ASSERT_TRUE(definitions.contains(name)) << name;
    const json& definition = definitions[name];
    EXPECT_EQ(definition["properties"].size(), traits.parameters.size()) << name;
    json required = json::array(), alternatives = json::array();
    for (const Parameter& parameter : traits.parameters) {
      json said = resolved(document, definition["properties"].value(std::string(parameter.name), json::object()));
      said.erase("description");
      EXPECT_EQ(said, described(parameter)) << name << ": " << parameter.name;
      if (parameter.is_required) required.push_back(parameter.name);
    }
    for (const auto& [left, right] : traits.alternatives) {
      alternatives.push_back({{"oneOf", {{{"required", {left}}}, {{"required", {right}}}}}});
    }
    EXPECT_EQ(definition.value("required", json::array()), required) << name;
    EXPECT_EQ(alternatives_in(definition), alternatives) << name;
  }
}

}  // namespace
}  // namespace heapstorm
