// What valgrind's XML says of one error, before it is judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"
#include "harness/findings/logs/xml_tree.h"

namespace heapstorm {

// What stands above a stack ("Block was alloc'd at"), and the stack, which may be empty.
struct ValgrindSection {
  std::string heading;
  std::string thread_number;  // helgrind's "2", of "by thread #2"; "" if it does not say
  std::vector<Frame> frames;
};

struct ValgrindReport {
  std::string kind;           // "InvalidRead"; "" for a fatal signal
  std::string thread_name;    // "" if the thread has none
  std::string thread_number;  // helgrind's if it gives one, or else valgrind's own; the first thread is "1"
  std::string unique;         // its name in the list of counts
  std::vector<ValgrindSection> sections;
  std::string signal;                           // "SIGSEGV"; "" for an error
  std::string signal_code;                      // si_code as text
  std::optional<std::uint64_t> signal_address;  // if the signal has one
  bool whole = false;
};

// Of an <error> or a <fatal_signal>.
ValgrindReport parse_valgrind_report(const XmlTree& tree);

// "0x12ab" and "12"; nothing if the text is not all number.
std::optional<std::uint64_t> parse_valgrind_number(std::string_view text);

}  // namespace heapstorm
