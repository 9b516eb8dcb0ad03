// Sanitizer logs as findings: what ASan, LSan, UBSan and TSan wrote before the target ended.
//
// The log is a stranger's text: the parser never throws, and its time and memory are bounded by the log's size. A
// report that stops in the middle is a damaged finding, never dropped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Kinds: "data_race" (TSan), "tsan:lock-order-inversion", "asan:heap-use-after-free", "lsan:leak",
// "ubsan:signed-integer-overflow" and so on; "foreign_free" of harness/malloc_hooks; source "tsan" for TSan and "asan"
// for the others. The access is the offender; who allocated, or accessed before in a data race, is the owner; who freed
// is freed. `cut_off`: the text is only the log's beginning. Not deduplicated.
// Colours and other escape sequences are no part of the text.
std::vector<Finding> parse_sanitizer_log(std::string_view log, bool cut_off = false);

// The same from a file, of which the first `most_log_bytes` (log_file.h) are read. An absent or unreadable file has no
// findings.
std::vector<Finding> read_sanitizer_log(const std::string& path);

}  // namespace heapstorm
