// Long texts cut, so that a page stays small whatever a target printed. Only for pages: the JSON type is in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace heapstorm {

// Not in the middle of a character; says how much was left out, and that it is in run.json.
std::string cut_text(const std::string& text, std::size_t limit_bytes);

// Every string in the value, at any depth.
void cut_texts(nlohmann::ordered_json& value);

}  // namespace heapstorm
