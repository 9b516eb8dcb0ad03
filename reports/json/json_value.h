// Checked access to a document that somebody else wrote. Each of these throws nlohmann's exceptions where the value is
// missing or of another type, and never converts silently. Internal to reports/json.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace heapstorm::report_json {

using Value = nlohmann::json;

inline const Value& member(const Value& object, const char* key) {
  return object.at(key);
}

inline std::string text(const Value& object, const char* key) {
  return object.at(key).get_ref<const std::string&>();
}

inline bool boolean(const Value& object, const char* key) {
  return object.at(key).get_ref<const bool&>();
}

inline std::uint64_t number(const Value& value) {
  return value.get_ref<const Value::number_unsigned_t&>();
}
inline std::uint64_t number(const Value& object, const char* key) {
  return number(object.at(key));
}

[[noreturn]] inline void refuse(const char* what, const Value& value) {
  throw Value::other_error::create(500, what, &value);
}

inline std::uint32_t small_number(const Value& value) {
  const std::uint64_t wide = number(value);
  if (wide > std::numeric_limits<std::uint32_t>::max()) refuse("the number is too large", value);
  return static_cast<std::uint32_t>(wide);
}
inline std::uint32_t small_number(const Value& object, const char* key) {
  return small_number(object.at(key));
}

inline int int_number(const Value& value) {
  const std::uint64_t wide = number(value);
  if (wide > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) refuse("the number is too large", value);
  return static_cast<int>(wide);
}

// "0x7f00"
inline std::uint64_t address(const Value& object, const char* key) {
  const std::string& digits = object.at(key).get_ref<const std::string&>();
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const bool prefixed = digits.starts_with("0x");
  const auto [stop, error] = std::from_chars(digits.data() + (prefixed ? 2 : 0), end, number, 16);
  if (!prefixed || stop != end || error != std::errc()) refuse("an address must be hexadecimal", object.at(key));
  return number;
}

}  // namespace heapstorm::report_json
