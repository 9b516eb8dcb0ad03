// A fault as a scenario gives it: the kind by its name, the values by those of its parameters.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "harness/faults/fault_table.h"

namespace heapstorm::test {

using FaultValue = std::pair<std::string_view, std::variant<int, const char*>>;

inline Fault fault_of(std::string_view name, std::initializer_list<FaultValue> values = {}) {
  Fault fault;
  for (const FaultKind* kind : fault_kinds()) {
    if (kind->traits().name == name) fault.kind = kind;
  }
  if (fault.kind == nullptr) throw std::invalid_argument(std::string(name));
  for (const Parameter& parameter : fault.kind->traits().parameters) {
    if (parameter.usual) fault.values.set(parameter.name, *parameter.usual);
  }
  for (const auto& [key, value] : values) {
    if (const int* number = std::get_if<int>(&value)) {
      fault.values.set(key, static_cast<std::uint32_t>(*number));
    } else {
      fault.values.set(key, std::string(std::get<const char*>(value)));
    }
  }
  fault.kind->complete(fault.values);
  return fault;
}

}  // namespace heapstorm::test
