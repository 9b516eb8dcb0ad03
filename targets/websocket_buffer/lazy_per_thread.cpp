#include "targets/websocket_buffer/push_service.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

class LazyPerThread final : public PushService<LazyPerThread> {
 public:
  explicit LazyPerThread(const target::Host&) {}
  ~LazyPerThread() override { own_buffer().reset(); }
  static PushBuffer& push_buffer() {
    if (own_buffer() == nullptr) own_buffer() = create_push_buffer();
    return own_buffer();
  }

 private:
  static PushBuffer& own_buffer();
};

// A buffer for each thread, created by its first push and gone before its heap goes down.
PushBuffer& LazyPerThread::own_buffer() {
  static thread_local PushBuffer buffer;
  return buffer;
}

target::Variant describe_lazy_per_thread() {
  return {.name = "lazy_per_thread",
          .summary = "a buffer for each thread, created by the thread's first push",
          .models = "swoole-src #5504",
          .make_module = target::make_module<LazyPerThread>};
}

}  // namespace heapstorm::targets::websocket_buffer
