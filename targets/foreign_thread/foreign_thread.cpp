// The family's table. Every variant is an echo server with one helper thread; they differ in whose heap it uses.
#include "targets/foreign_thread/variants.h"

using namespace heapstorm::targets::foreign_thread;

HEAPSTORM_TARGET("foreign_thread",
                 {describe_aio_uses_owner_heap(), describe_handoff_raw_pointer(), describe_convert_in_owner(),
                  describe_handoff_transfer(), describe_return_to_owner_queue()})
