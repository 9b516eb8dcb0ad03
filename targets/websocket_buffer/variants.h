// The variants of this family: WebSocket servers that differ only in who has a buffer for messages, and since when.
// Each says in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::websocket_buffer {

target::Variant describe_main_thread_only();
target::Variant describe_process_shared();
target::Variant describe_thread_start_hook();
target::Variant describe_lazy_per_thread();

}  // namespace heapstorm::targets::websocket_buffer
