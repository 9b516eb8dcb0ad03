// Where the code of a frame comes from, and so where a person starts to read a stack. The one place that decides it:
// terminal, pages, SARIF, JUnit, comparisons and fingerprints all ask here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

enum class FrameOrigin : std::uint8_t {
  program,            // the plugin, or the program of a command
  library,            // a shared object of the program's own
  installed_library,  // one from the system's folders: TLS, compression
  scaffolding,        // targets/common: in the plugin, but the same in all plugins
  headers,            // of the C++ library, Boost or another installed library, compiled into the program
  ours,               // the heap, also linked into the program, and the host
  runtime,            // libc, the C++ library, the loader, a sanitizer; also inside of a static program
  unknown,            // neither a name nor a module
};

// By module first. Where a log names none, and inside of a static program, by source file and function.
FrameOrigin origin_of(const Frame& frame);

// Code of the user's.
inline bool is_own(FrameOrigin origin) {
  return origin == FrameOrigin::program || origin == FrameOrigin::library;
}

// The place of a finding, as far as one stack says it: the innermost frame of the program (`main` only if it is the
// last resort), else of its own libraries, frames with a line before those without. Null for an empty stack.
const Frame* reading_frame(const std::vector<Frame>& stack);

// Whether a variable is neither a detector's nor the C or C++ library's.
bool is_users_variable(const std::string& name, const std::string& module);

// "ns::f" of "void ns::f<int>(int) const": without the type that it returns, and parameters.
std::string_view qualified_name(std::string_view function);

std::string_view base_name(std::string_view path);

}  // namespace heapstorm
