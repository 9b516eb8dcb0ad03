// The family's table. Every variant is an echo server that puts its answer together in a buffer; they differ in whose
// buffer that is.
#include "targets/websocket_buffer/variants.h"

using namespace heapstorm::targets::websocket_buffer;

HEAPSTORM_TARGET("websocket_buffer", {describe_main_thread_only(), describe_process_shared(),
                                      describe_thread_start_hook(), describe_lazy_per_thread()})
