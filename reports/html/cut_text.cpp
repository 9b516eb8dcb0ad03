#include "reports/html/cut_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapstorm {
namespace {

constexpr std::size_t max_text_bytes = 2000;

}  // namespace

std::string cut_text(const std::string& text, std::size_t limit_bytes) {
  if (text.size() <= limit_bytes) return text;
  std::size_t end = limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("{}... ({} bytes more in run.json)", text.substr(0, end), text.size() - end);
}

void cut_texts(nlohmann::ordered_json& value) {
  if (value.is_string()) {
    value = cut_text(value.get_ref<const std::string&>(), max_text_bytes);
  } else if (value.is_structured()) {
    for (nlohmann::ordered_json& child : value) cut_texts(child);
  }
}

std::size_t keep_first(nlohmann::ordered_json& list, std::size_t max_entries) {
  auto& entries = list.get_ref<nlohmann::ordered_json::array_t&>();
  const std::size_t kept = std::min(entries.size(), max_entries);
  const std::size_t left_out = entries.size() - kept;
  entries.resize(kept);
  return left_out;
}

std::size_t keep_what_fits(nlohmann::ordered_json& list, std::size_t max_bytes, std::size_t& bytes) {
  std::size_t kept = 0;
  while (kept < list.size() && bytes < max_bytes) bytes += list[kept++].dump().size();
  return keep_first(list, kept);
}

}  // namespace heapstorm
