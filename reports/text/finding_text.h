// A Finding as a few lines for a person.
#pragma once

#include <string>

#include "harness/findings/finding.h"

namespace heapstorm {

std::string to_text(const Finding& finding);

// Its name, "foreign_free of date_header", and its place, "static_cache.cpp:28" or "" if it is not known: as
// the target wrote them, to be escaped by whoever shows them.
std::string describe_kind(const Finding& finding);
std::string describe_place(const Finding& finding);

}  // namespace heapstorm
