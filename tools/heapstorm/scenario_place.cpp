#include "tools/heapstorm/scenario_place.h"

#include <fmt/format.h>

#include "harness/runner/text_file.h"
#include "harness/scenario/json_document.h"
#include "harness/scenario/overrides.h"

namespace heapstorm::cli {
namespace {
constexpr std::size_t scenario_limit_bytes = 16u << 20;
}

std::string place_in_scenario(const std::string& file, const std::vector<Override>& overrides,
                              const std::string& pointer) {
  auto document = scenario::parse_json(read_text(file, scenario_limit_bytes), file);
  if (!document) return file;
  for (const Override& override : overrides) {
    if (const Status applied = scenario::apply_override(override, document.value()); !applied) return file;
  }
  const scenario::Place& place = document.value().places.find(pointer);
  return place.origin.empty() ? fmt::format("{}:{}", file, place.line) : fmt::format("{}: {}", file, place.origin);
}

}  // namespace heapstorm::cli
