// "Did you mean": the known word nearest to a misspelt one. For messages about a scenario, wherever they are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapstorm::scenario {

// `; did you mean "connections"?`, or nothing if no word is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

// `"tcp", "http", "websocket"`
std::string quoted_list(const std::vector<std::string_view>& words);

}  // namespace heapstorm::scenario
