// The variants of this family: they differ only in what they release, or strike out, while the thread's heap still
// lives. Each says in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::worker_reload {

target::Variant describe_cache_outlives_heap();
target::Variant describe_self_erasing_map();
target::Variant describe_released_in_stop_hook();
target::Variant describe_helper_wakes_dead_loop();
target::Variant describe_loop_registry();

}  // namespace heapstorm::targets::worker_reload
