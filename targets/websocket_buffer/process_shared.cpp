#include "targets/websocket_buffer/push_service.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

class ProcessShared final : public PushService<ProcessShared> {
 public:
  static PushBuffer& push_buffer();
  static void on_filled() { heapstorm_yield_point(); }  // who sleeps here has its message overwritten
};

// DEFECT (the tempting wrong fix of swoole-src #5504): one buffer for all threads. It is never null, but its block is
// the main thread's. The first push of a message that does not fit, on worker A, reallocates it there. Expected
// finding: foreign_realloc, tag websocket_buffer, owner main, offender A. The new block is A's: the next longer message
// on worker B does the same to A, and the main thread frees it when A is gone (owner_exited_free). And nobody holds a
// lock: two pushes at once mix their messages (data_race in the tsan flavour; in any, when one reallocates while the
// other copies, use_after_free or double_free).
PushBuffer& ProcessShared::push_buffer() {
  static PushBuffer buffer;
  return buffer;
}

target::Variant describe_process_shared() {
  return {.name = "process_shared",
          .summary = "one buffer for all threads, in the main thread's heap, reallocated by whoever needs more",
          .models = "swoole-src #5504, a wrong fix",
          .buggy = true,
          .make_module = make_start_up_module<ProcessShared>,
          .expects = {{"foreign_realloc", "websocket_buffer"}, {"data_race", ""}}};
}

}  // namespace heapstorm::targets::websocket_buffer
