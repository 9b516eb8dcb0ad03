#include "harness/scenario/reading/string_rules.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace heapstorm::scenario {

namespace {

// Not <cctype>: that depends on the locale.
bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Starts with a letter, digit or underscore, so that it is neither hidden, nor an option, nor "..".
bool is_name_part(std::string_view text, std::string_view also_allowed) {
  constexpr std::size_t longest = 60;
  if (text.empty() || text.size() > longest || !is_word_character(text[0])) return false;
  return std::ranges::all_of(
      text, [&](char c) { return is_word_character(c) || also_allowed.find(c) != std::string_view::npos; });
}

bool accepts_any(std::string_view) {
  return true;
}

bool accepts_scenario_name(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_name_part(text.substr(0, slash), ".-") &&
         is_name_part(text.substr(slash + 1), ".-");
}

bool accepts_plugin_name(std::string_view text) {
  return is_name_part(text, "-");
}

bool accepts_parameter_name(std::string_view text) {
  return is_name_part(text, "");
}

bool accepts_path(std::string_view text) {
  constexpr std::size_t longest = 1024;
  return text.starts_with('/') && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_token(std::string_view text, std::size_t longest) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [&](char c) {
    return is_word_character(c) || marks.find(c) != std::string_view::npos;
  });
}

bool accepts_header_name(std::string_view text) {
  constexpr std::size_t longest = 100;
  return is_token(text, longest);
}

// Neither begins nor ends with a space: servers strip those.
bool accepts_header_value(std::string_view text) {
  constexpr std::size_t longest = 4096;
  return !text.empty() && text.size() <= longest && !text.starts_with(' ') && !text.ends_with(' ') &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// The kernel takes no longer word, and none can hold the byte 0.
bool accepts_command_word(std::string_view text) {
  constexpr std::size_t longest = 131071;
  return text.size() <= longest && text.find('\0') == std::string_view::npos;
}

bool accepts_program_word(std::string_view text) {
  return !text.empty() && accepts_command_word(text);
}

bool accepts_variable_name(std::string_view text) {
  constexpr std::size_t longest = 255;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_word_character) &&
         !(text[0] >= '0' && text[0] <= '9');
}

bool accepts_folder_path(std::string_view text) {
  constexpr std::size_t longest = 4095;
  return !text.empty() && text.size() <= longest && text.find('\0') == std::string_view::npos;
}

// Or a literal IPv4 address.
bool accepts_host_name(std::string_view text) {
  constexpr std::size_t longest = 253;
  return !text.empty() && text.size() <= longest && text[0] != '-' && text[0] != '.' && !text.ends_with('.') &&
         std::ranges::all_of(text, [](char c) { return is_word_character(c) || c == '-' || c == '.'; });
}

bool accepts_line_expression(std::string_view text) {
  constexpr std::size_t longest = 255;
  return !text.empty() && text.size() <= longest && text.find('\0') == std::string_view::npos;
}

bool accepts_answer_delimiter(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest;
}

bool accepts_tag(std::string_view text) {
  constexpr std::size_t longest = 60;  // HEAPSTORM_NAME_BYTES less the length
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// The owner heap's kinds first, then those seen from outside.
constexpr std::array<std::string_view, 18> known_kinds{
    "foreign_free",
    "foreign_realloc",
    "foreign_allocate",
    "double_free",
    "invalid_free",
    "use_after_free",
    "overflow",
    "underflow",
    "owner_exited_free",
    "leak_at_thread_exit",
    "data_race",
    "null_deref",
    "crash",
    "abort",
    "hang",
    "protocol_violation",
    "unexpected_exit",
    "resource_growth",
};
// A sanitizer names its own kinds; they cannot be listed here.
constexpr std::array<std::string_view, 4> sanitizer_prefixes{"asan:", "tsan:", "lsan:", "ubsan:"};

bool is_sanitizer_kind(std::string_view text) {
  const auto prefix = std::ranges::find_if(sanitizer_prefixes, [&](auto p) { return text.starts_with(p); });
  if (prefix == sanitizer_prefixes.end()) return false;
  std::string_view name = text.substr(prefix->size());
  if (name == "*") return true;
  if (name.ends_with('*')) name.remove_suffix(1);
  return is_name_part(name, "-");
}

bool accepts_kind(std::string_view text) {
  if (is_sanitizer_kind(text)) return true;
  if (!text.ends_with('*')) return std::ranges::find(known_kinds, text) != known_kinds.end();
  const std::string_view prefix = text.substr(0, text.size() - 1);
  return std::ranges::any_of(known_kinds, [&](auto kind) { return kind.starts_with(prefix); });
}

// As compilers write names, and file names: libfoo.so.1, _ZN3foo3barEv, bar.part.0
bool accepts_symbol(std::string_view text) {
  constexpr std::size_t longest = 1024;
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
    return is_word_character(c) || c == '.' || c == '$' || c == '+' || c == '-';
  });
}

}  // namespace

const StringRule any_text{accepts_any, "a string"};
const StringRule scenario_name{accepts_scenario_name, "a name like \"family/variant\" of letters, digits, _ . -"};
const StringRule plugin_name{accepts_plugin_name, "a name of letters, digits, _ -"};
const StringRule parameter_name{accepts_parameter_name, "a name of letters, digits, _"};
const StringRule request_path{accepts_path, "a path that starts with / and holds no spaces"};
const StringRule header_name{accepts_header_name, "a token of 1 to 100 letters, digits and marks"};
const StringRule header_value{accepts_header_value,
                              "1 to 4096 printable ASCII characters, with no space at either end"};
const StringRule program_word{accepts_program_word, "a program: a path, or a name to look up in PATH"};
const StringRule command_word{accepts_command_word, "a string without the byte 0"};
const StringRule variable_name{accepts_variable_name, "a name of letters, digits and _, no digit first"};
const StringRule folder_path{accepts_folder_path, "a path of a folder"};
const StringRule file_path{accepts_folder_path, "a path of a file"};
const StringRule host_name{accepts_host_name, "a host name like \"chat.example\""};
const StringRule line_expression{accepts_line_expression, "a regular expression of 1 to 255 bytes"};
const StringRule answer_delimiter{accepts_answer_delimiter, "a delimiter of 1 to 64 bytes"};
const StringRule block_tag{accepts_tag, "a tag of 1 to 60 printable ASCII characters"};
const StringRule symbol_name{accepts_symbol, "the name of a function or a module: letters, digits, _ . $ + -"};
const StringRule finding_kind{accepts_kind, "a kind of finding (which may end in *)"};

}  // namespace heapstorm::scenario
