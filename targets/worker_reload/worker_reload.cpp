// The family's table. Every variant is an echo server that can be reloaded; they differ in what a worker leaves behind.
#include "targets/worker_reload/variants.h"

using namespace heapstorm::targets::worker_reload;

HEAPSTORM_TARGET("worker_reload",
                 {describe_cache_outlives_heap(), describe_self_erasing_map(), describe_released_in_stop_hook(),
                  describe_helper_wakes_dead_loop(), describe_loop_registry()})
