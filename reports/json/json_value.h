// Checked access to a run.json that somebody else wrote. Each of these throws Refused where the value is missing or of
// another type, and never converts silently. Internal to reports/json.
//
// simdjson, not nlohmann's library as everywhere else: a run with 10,000 findings has a run.json of 170 MB, which
// nlohmann's lexer alone reads for two seconds.
#pragma once

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace heapstorm::report_json {

// Belongs to the parser that made it.
using Value = simdjson::dom::element;

// The document is not what to_run_json makes; what() says where, and what is wrong there.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What `read` refuses is said to lie in `place`.
template <typename Read>
auto in_place(std::string_view place, Read read) {
  try {
    return read();
  } catch (const Refused& refused) {
    throw Refused(std::string(place) + ": " + refused.what());
  }
}

template <typename Type>
Type as(const Value& value, const char* type) {
  Type read;
  if (value.get(read) != simdjson::SUCCESS) throw Refused(std::string("is not ") + type);
  return read;
}

inline std::string_view string(const Value& value) {
  return as<std::string_view>(value, "a string");
}
inline bool boolean(const Value& value) {
  return as<bool>(value, "true or false");
}
inline std::uint64_t number(const Value& value) {
  return as<std::uint64_t>(value, "a whole number from 0 on");
}
inline double real(const Value& value) {
  return as<double>(value, "a number");
}
inline simdjson::dom::array elements(const Value& value) {
  return as<simdjson::dom::array>(value, "an array");
}
inline simdjson::dom::object members(const Value& value) {
  return as<simdjson::dom::object>(value, "an object");
}

inline std::uint32_t small_number(const Value& value) {
  const std::uint64_t wide = number(value);
  if (wide > std::numeric_limits<std::uint32_t>::max()) throw Refused("is too large");
  return static_cast<std::uint32_t>(wide);
}

inline int int_number(const Value& value) {
  const std::uint64_t wide = number(value);
  if (wide > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) throw Refused("is too large");
  return static_cast<int>(wide);
}

// "0x7f00"
inline std::uint64_t address(const Value& value) {
  const std::string_view digits = string(value);
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const bool prefixed = digits.starts_with("0x");
  const auto [stop, error] = std::from_chars(digits.data() + (prefixed ? 2 : 0), end, number, 16);
  if (!prefixed || stop != end || error != std::errc()) throw Refused("is no hexadecimal address");
  return number;
}

inline bool contains(const Value& object, const char* key) {
  return object[key].error() == simdjson::SUCCESS;
}

inline Value member(const Value& object, const char* key) {
  Value found;
  if (object[key].get(found) != simdjson::SUCCESS) throw Refused(std::string("has no \"") + key + '"');
  return found;
}

// What `read`, one of the functions above, makes of a member: of(run, "seed", number).
template <typename Type>
Type of(const Value& object, const char* key, Type (*read)(const Value&)) {
  const Value value = member(object, key);
  return in_place(key, [&] { return read(value); });
}

inline std::string text(const Value& object, const char* key) {
  return std::string(of(object, key, string));
}
inline bool boolean(const Value& object, const char* key) {
  return of<bool>(object, key, boolean);
}
inline std::uint64_t number(const Value& object, const char* key) {
  return of<std::uint64_t>(object, key, number);
}
inline std::uint32_t small_number(const Value& object, const char* key) {
  return of<std::uint32_t>(object, key, small_number);
}
inline std::uint64_t address(const Value& object, const char* key) {
  return of<std::uint64_t>(object, key, address);
}

}  // namespace heapstorm::report_json
