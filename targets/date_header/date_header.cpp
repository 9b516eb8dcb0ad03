// The family's table. Every variant is an echo server with a Date header; they differ in who keeps its value.
#include "targets/date_header/variants.h"

using namespace heapstorm::targets::date_header;

HEAPSTORM_TARGET("date_header",
                 {describe_static_cache(), describe_static_char_buffer(), describe_thread_local_unreleased(),
                  describe_per_request(), describe_thread_local_cache(), describe_thread_local_released(),
                  describe_shared_immutable(), describe_locked_copy()})
