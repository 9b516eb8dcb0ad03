// Flavour asan only: our record beside ASan's report.
#pragma once

#include "harness/heap/guards/sanitizer.h"

namespace heapstorm::heap {

// Does nothing but be called: a static library's member that nobody refers to would not be linked, and with it the hook
// that ASan calls.
void join_asan_reports();

}  // namespace heapstorm::heap
