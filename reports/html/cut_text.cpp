#include "reports/html/cut_text.h"

#include <fmt/format.h>

namespace heapstorm {
namespace {

constexpr std::size_t longest_text_bytes = 2000;

}  // namespace

std::string cut_text(const std::string& text, std::size_t limit_bytes) {
  if (text.size() <= limit_bytes) return text;
  std::size_t end = limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("{}... ({} bytes more in run.json)", text.substr(0, end), text.size() - end);
}

void cut_texts(nlohmann::ordered_json& value) {
  if (value.is_string()) {
    value = cut_text(value.get_ref<const std::string&>(), longest_text_bytes);
  } else if (value.is_structured()) {
    for (nlohmann::ordered_json& child : value) cut_texts(child);
  }
}

}  // namespace heapstorm
