// Values: what a scenario gives a fault, by the names of the fault's parameters. A plain value.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace heapstorm {

class Values {
 public:
  // Nothing: not given, and without a usual value.
  std::optional<std::uint32_t> number(std::string_view name) const;
  std::uint32_t number_or(std::string_view name, std::uint32_t otherwise) const;
  std::optional<std::string> text(std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }

  void set(std::string_view name, std::uint32_t value) { values_.insert_or_assign(std::string(name), value); }
  void set(std::string_view name, std::string value) { values_.insert_or_assign(std::string(name), std::move(value)); }
  void remove(std::string_view name);

  bool operator==(const Values&) const = default;

 private:
  std::map<std::string, std::variant<std::uint32_t, std::string>, std::less<>> values_;
};

}  // namespace heapstorm
