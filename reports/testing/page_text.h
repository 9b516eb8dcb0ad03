// Pages as a test reads them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace heapstorm {

// The data as the page's script reads it.
inline nlohmann::json data_of_page(const std::string& page) {
  const std::string begin = R"(type="application/json" id="data">)";
  const std::size_t at = page.find(begin) + begin.size();
  return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

inline std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace heapstorm
