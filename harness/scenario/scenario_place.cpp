#include "harness/scenario/scenario_place.h"

#include <fmt/core.h>

#include "harness/scenario/reading/json_document.h"
#include "harness/scenario/reading/overrides.h"

namespace heapstorm {

std::string place_in_scenario(const std::string& text, const std::string& file, const std::vector<Override>& overrides,
                              const std::string& pointer) {
  Result<scenario::JsonDocument> document = scenario::parse_json(text, file);
  if (!document) return file;
  for (const Override& override : overrides) {
    if (const Status applied = scenario::apply_override(override, document.value()); !applied) return file;
  }
  const scenario::Place& place = document.value().places.find(pointer);
  return place.origin.empty() ? fmt::format("{}:{}", file, place.line) : fmt::format("{}: {}", file, place.origin);
}

}  // namespace heapstorm
