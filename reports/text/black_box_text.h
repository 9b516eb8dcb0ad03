// What an ended target's black box holds, for a person: live blocks by tag and owner, and what each thread did around
// the first finding.
#pragma once

#include <string>

#include "harness/runner/post_mortem.h"

namespace heapstorm {

// Several lines with a newline at the end. Control characters of the target are escaped.
std::string to_text(const PostMortem& post_mortem);

}  // namespace heapstorm
