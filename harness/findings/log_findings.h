// What a target and its detectors wrote, as findings: sanitizers' logs, valgrind's XML, last words on stderr.
//
// All of it is a stranger's text: the parsers never throw, and their time and memory are bounded by the text's size. A
// report that stops in the middle is a damaged finding, never dropped. Valgrind's errors are each read by itself, so
// that a broken one does not take the others with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// ---- sanitizers: what ASan, LSan, UBSan and TSan wrote before the target ended

// Kinds: "data_race" (TSan), "tsan:lock-order-inversion", "asan:heap-use-after-free", "lsan:leak",
// "ubsan:signed-integer-overflow" and so on; "foreign_free" of harness/malloc_hooks; source "tsan" for TSan and "asan"
// for the others. The access is the offender; who allocated, or accessed before in a data race, is the owner; who freed
// is freed. `cut_off`: the text is only the log's beginning. Not deduplicated.
// Colours and other escape sequences are no part of the text.
std::vector<Finding> parse_sanitizer_log(std::string_view log, bool cut_off = false);

// The same from a file, of which the first `max_log_bytes` are read. An absent or unreadable file has no
// findings.
std::vector<Finding> read_sanitizer_log(const std::string& path);

// ---- valgrind: what --xml=yes --xml-file=... writes

// Kinds are memcheck's and helgrind's own, behind the tool's name: "valgrind:InvalidFree", "valgrind:InvalidRead",
// "valgrind:Leak_DefinitelyLost" (a warning), "helgrind:Race", "helgrind:LockOrder"; a signal that the program died of
// is a "null_deref" or a "crash". Source "valgrind".
//
// The access is the offender; who allocated, or accessed before in a race, is the owner; who freed is freed. A thread
// that never named itself is "thread #2", the first is "main". An error without its end is damaged, so nobody has to
// say whether the log was cut off. Not deduplicated.
std::vector<Finding> parse_valgrind_xml(std::string_view log);

// The same from a file, of which the first `max_log_bytes` are read. An absent or unreadable file has
// no findings.
std::vector<Finding> read_valgrind_xml(const std::string& path);

// ---- stderr: what programs write when they notice that something is wrong with them

// Words of Zend's and glibc's allocators, of glibc's and C++'s ways to abort, and sanitizers' whole reports. One
// finding for a line; not deduplicated. The text is a stranger's. `cut_off`: it is only the beginning. `at_ms`: for
// all. Colours and other escape sequences are no part of it.
std::vector<Finding> findings_of_last_words(std::string_view coloured, bool cut_off, std::uint64_t at_ms);

// `text` without colours and other escape sequences (ECMA-48: CSI, OSC and other strings, single characters), so that
// it can be read as words. A line end never belongs to one.
std::string without_escape_sequences(std::string_view text);

// ---- files: as much as anybody reads of a log

constexpr std::size_t max_log_bytes = 4u << 20;

struct LogFile {
  std::string text;
  bool cut_off = false;  // the file goes on
};

// The first `max_log_bytes`; nothing of an absent or unreadable file.
LogFile read_log_file(const std::string& path);

struct LogEnds {
  LogFile beginning;
  std::string end{};  // of a file that was cut off; "" if `beginning` is all
};

// Of a file of more than twice `max_log_bytes` the first and the last `max_log_bytes`; of a smaller one all.
LogEnds read_log_ends(const std::string& path);

}  // namespace heapstorm
