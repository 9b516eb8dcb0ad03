// Formats by the names that the command line takes. `Rows` are those of any table of formats: each row has a `name`.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace heapstorm {

template <class Rows>
auto find_format(const Rows& rows, std::string_view name) {
  return std::ranges::find_if(rows, [&](const auto& row) { return name == row.name; });
}

// "html,junit,sarif"; `last` stands before the last one, as in "html, junit or sarif".
template <class Rows>
std::string names_of_formats(const Rows& rows, std::string_view between, std::string_view last) {
  std::string names;
  std::size_t left = std::size(rows);
  for (const auto& row : rows) {
    names += names.empty() ? "" : left == 1 ? last : between;
    names += row.name;
    --left;
  }
  return names;
}

template <class Rows>
std::string names_of_formats(const Rows& rows, std::string_view between) {
  return names_of_formats(rows, between, between);
}

}  // namespace heapstorm
