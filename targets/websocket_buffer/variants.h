// The Modules of this family: WebSocket servers that put every message that they push together in a buffer which is
// used again and again. They differ only in who has such a buffer, and since when.
#pragma once

#include <cstddef>
#include <memory>

#include "targets/common/service.h"

namespace heapstorm::targets::websocket_buffer {

// A buffer's size before its first long message.
constexpr std::size_t initial_capacity_bytes = 64;

std::unique_ptr<target::Module> make_main_thread_only(const target::Host& host);
std::unique_ptr<target::Module> make_process_shared(const target::Host& host);
std::unique_ptr<target::Module> make_thread_start_hook(const target::Host& host);
std::unique_ptr<target::Module> make_lazy_per_thread(const target::Host& host);

}  // namespace heapstorm::targets::websocket_buffer
