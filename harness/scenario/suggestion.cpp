#include "harness/scenario/suggestion.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace heapstorm::scenario {

namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

// Levenshtein's distance without regard to case, one row at a time.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(left[i]) == lower(right[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// A third of the word may be wrong; longer words than any of ours are not worth comparing.
bool is_near(std::string_view word, std::size_t distance) {
  return distance <= std::max<std::size_t>(1, word.size() / 3);
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest = 40;
  if (word.empty() || word.size() > longest || known.empty()) return "";
  const auto distance_to = [&](std::string_view candidate) { return edit_distance(word, candidate); };
  const std::string_view best = *std::ranges::min_element(known, {}, distance_to);
  return is_near(word, distance_to(best)) ? fmt::format("; did you mean \"{}\"?", best) : "";
}

std::string quoted_list(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", word);
  return list;
}

}  // namespace heapstorm::scenario
