// Valgrind's XML output (--xml=yes --xml-file=...) as findings.
//
// The log is a stranger's text: the parser never throws, and its time and memory are bounded by the log's size. Each
// error is read by itself, so that one that is broken or stops in the middle, a damaged finding, does not take the
// others with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Kinds are memcheck's and helgrind's own, behind the tool's name: "valgrind:InvalidFree", "valgrind:InvalidRead",
// "valgrind:Leak_DefinitelyLost" (a warning), "helgrind:Race", "helgrind:LockOrder"; a signal that the program died of
// is a "null_deref" or a "crash". Source "valgrind".
//
// The access is the offender; who allocated, or accessed before in a race, is the owner; who freed is freed. A thread
// that never named itself is "thread #2", the first is "main". An error without its end is damaged, so nobody has to
// say whether the log was cut off. Not deduplicated.
std::vector<Finding> parse_valgrind_xml(std::string_view log);

// The same from a file, of which the first `most_log_bytes` (log_file.h) are read. An absent or unreadable file has
// no findings.
std::vector<Finding> read_valgrind_xml(const std::string& path);

}  // namespace heapstorm
