#include "harness/scenario/contract.h"

#include <array>

#include "harness/scenario/reading/input_file.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm {

Result<Contract> load_contract(const std::string& file) {
  const Result<std::string> text = scenario::read_input(file, "contract");
  if (!text) return text.error();
  return parse_contract(text.value(), file);
}

Result<Contract> parse_contract(const std::string& text, const std::string& file) {
  const Result<scenario::JsonDocument> parsed = scenario::parse_json(text, file);
  if (!parsed) return parsed.error();
  scenario::Diagnostics diagnostics(file, parsed.value().places);
  scenario::note_duplicates(parsed.value(), diagnostics);
  Contract contract;
  scenario::read_contract(scenario::Node(parsed.value().root, "", diagnostics), contract);
  if (!diagnostics.empty()) return Error::bad_input(diagnostics.text());
  return contract;
}

const char* to_string(ContractFunction::Role role) {
  constexpr std::array names{"allocates", "frees", "reallocates", "makes_heap"};
  return names[static_cast<std::size_t>(role)];
}

}  // namespace heapstorm
