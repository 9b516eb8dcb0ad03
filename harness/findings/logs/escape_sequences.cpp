#include <algorithm>
#include <cstddef>

#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\a';

// "[1;31m": parameters and intermediate bytes, then one final byte.
std::size_t end_of_control_sequence(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3f) ++at;
  const bool has_final = at < text.size() && text[at] >= 0x40 && text[at] <= 0x7e;
  return has_final ? at + 1 : at;
}

// "]8;;https://example.org" up to a bell or "ESC \": links and titles.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '\n' && text[at] != bell && text[at] != escape) ++at;
  if (at < text.size() && text[at] == bell) return at + 1;
  return text.substr(at).starts_with("\x1b\\") ? at + 2 : at;
}

// Behind the sequence that begins at `at` with an escape character.
std::size_t end_of_sequence(std::string_view text, std::size_t at) {
  ++at;
  if (at == text.size() || text[at] == '\n') return at;
  if (text[at] == '[') return end_of_control_sequence(text, at + 1);
  if (std::string_view("]PX^_").find(text[at]) != std::string_view::npos) return end_of_string(text, at + 1);
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x2f) ++at;  // "(B": a character set
  const bool has_final = at < text.size() && text[at] >= 0x30 && text[at] <= 0x7e;
  return has_final ? at + 1 : at;
}

}  // namespace

std::string without_escape_sequences(std::string_view text) {
  std::string words;
  words.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find(escape, at), text.size());
    words.append(text.substr(at, next - at));
    at = next < text.size() ? end_of_sequence(text, next) : next;
  }
  return words;
}

}  // namespace heapstorm
