#include "tools/heapstorm/contract_library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "harness/base/printable.h"
#include "tools/heapstorm/shared_folder.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* ending = ".json";

}  // namespace

std::vector<std::string> contract_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(shared_folder("contracts"), error)) {
    const fs::path& file = entry.path();
    if (file.extension() == ending && file.stem().extension().empty()) names.push_back(file.stem().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<Contract> find_contract(const std::string& name) {
  const std::vector<std::string> ours = contract_names();
  if (std::ranges::find(ours, name) != ours.end()) {
    return load_contract((shared_folder("contracts") / (name + ending)).string());
  }
  std::error_code ignored;
  if (name.find('/') == std::string::npos && !name.ends_with(ending) && !fs::exists(name, ignored)) {
    return Error::bad_input(
        fmt::format("{}: no such contract; there are {}, or give a file", printable(name), fmt::join(ours, ", ")));
  }
  return load_contract(name);
}

}  // namespace heapstorm::cli
