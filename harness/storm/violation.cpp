#include "harness/storm/violation.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_quote_bytes = 100;

void append_printable(std::string& out, char letter) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(letter);
  if (letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\') {
    out += letter;
  } else {
    out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
}

}  // namespace

std::string in_quotes(std::string_view said) {
  std::string out = "\"";
  for (const char letter : said.substr(0, max_quote_bytes)) append_printable(out, letter);
  return out += said.size() > max_quote_bytes ? "...\"" : "\"";
}

}  // namespace heapstorm
