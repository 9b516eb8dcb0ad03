#include "harness/process/exec_image.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "harness/process/program_path.h"

namespace heapstorm {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> merged_environment(const ExecImage::Variables& added) {
  std::vector<std::string> merged;
  for (const auto& [name, value] : added) merged.push_back(name + "=" + value);
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(added.begin(), added.end(), [&](const auto& pair) { return pair.first == name; });
    if (!replaced) merged.emplace_back(text);
  }
  return merged;
}

}  // namespace

ExecImage::ExecImage(const std::vector<std::string>& command, const Variables& added)
    : path_(command.front()), arguments_(command), variables_(merged_environment(added)) {
  if (path_.find('/') == std::string::npos) {
    if (const std::string found = find_in_path(path_); !found.empty()) path_ = found;
  }
  argument_pointers_ = pointers_to(arguments_);
  variable_pointers_ = pointers_to(variables_);
}

}  // namespace heapstorm
