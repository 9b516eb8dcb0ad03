#include "targets/websocket_buffer/push_service.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

class MainThreadOnly final : public PushService<MainThreadOnly> {
 public:
  static PushBuffer& push_buffer();
};

// DEFECT (swoole-src #5504): every thread has a buffer of its own, but only the module's start-up creates one, and that
// runs once, on the main thread. On every worker it is null. One connection, one message: the first push clears it.
// Expected finding: null_deref, on that worker, no block.
PushBuffer& MainThreadOnly::push_buffer() {
  static thread_local PushBuffer buffer;
  return buffer;
}

target::Variant describe_main_thread_only() {
  return {.name = "main_thread_only",
          .summary = "a buffer for each thread, created by the module's start-up, which runs on the main thread only",
          .models = "swoole-src #5504",
          .buggy = true,
          .make_module = make_start_up_module<MainThreadOnly>,
          .expects = {{"null_deref", ""}}};
}

}  // namespace heapstorm::targets::websocket_buffer
