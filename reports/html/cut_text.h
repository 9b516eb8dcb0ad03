// Long texts and lists cut, so that a page stays small whatever a target printed. Only for pages: the JSON type is in
// it.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace heapstorm {

// Not in the middle of a character; says how much was left out, and that it is in run.json.
std::string cut_text(const std::string& text, std::size_t limit_bytes);

// Every string in the value, at any depth.
void cut_texts(nlohmann::ordered_json& value);

// The first entries of a list; how many are left out.
std::size_t keep_first(nlohmann::ordered_json& list, std::size_t max_entries);

// Those that begin before `max_bytes`, counted on from `bytes`, which several lists may share; how many are left out.
std::size_t keep_what_fits(nlohmann::ordered_json& list, std::size_t max_bytes, std::size_t& bytes);

}  // namespace heapstorm
