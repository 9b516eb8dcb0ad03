#include "targets/websocket_buffer/push_service.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

class ThreadStartHook final : public PushService<ThreadStartHook> {
 public:
  explicit ThreadStartHook(const target::Host&) { push_buffer() = create_push_buffer(); }
  ~ThreadStartHook() override { push_buffer().reset(); }
  static PushBuffer& push_buffer();
};

// A buffer for each thread, created by its start hook and gone before its heap goes down.
PushBuffer& ThreadStartHook::push_buffer() {
  static thread_local PushBuffer buffer;
  return buffer;
}

target::Variant describe_thread_start_hook() {
  return {.name = "thread_start_hook",
          .summary = "a buffer for each thread, created by the thread's start hook",
          .models = "swoole-src #5504",
          .make_module = target::make_module<ThreadStartHook>};
}

}  // namespace heapstorm::targets::websocket_buffer
