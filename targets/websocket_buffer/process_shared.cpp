#include "harness/heap/heap.h"
#include "targets/websocket_buffer/string_buffer.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

namespace {

// DEFECT (the tempting wrong fix of swoole-src #5504): one buffer for all threads. It is never null, but its block is
// the main thread's. The first push of a message that does not fit, on worker A, reallocates it there. Expected
// finding: foreign_realloc, tag websocket_buffer, owner main, offender A. The new block is A's: the next longer message
// on worker B does the same to A, and the main thread frees it when A is gone (owner_exited_free). And nobody holds a
// lock: two pushes at once mix their messages (data_race in the tsan flavour; in any, when one reallocates while the
// other copies, use_after_free or double_free).
std::unique_ptr<StringBuffer>& push_buffer() {
  static std::unique_ptr<StringBuffer> buffer;
  return buffer;
}

class PushService final : public target::Service {
 public:
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    push_buffer()->clear();
    push_buffer()->append(message);
    heapstorm_yield_point();  // who sleeps here has its message overwritten
    connection.send(push_buffer()->view(), text);
  }
};

class PushModule final : public target::Module {
 public:
  PushModule() {
    push_buffer() = std::make_unique<StringBuffer>(initial_capacity_bytes, heapstorm_name("websocket_buffer"));
  }
  ~PushModule() override { push_buffer().reset(); }
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
    return std::make_unique<PushService>();
  }
};

}  // namespace

std::unique_ptr<target::Module> make_process_shared(const target::Host&) {
  return std::make_unique<PushModule>();
}

}  // namespace heapstorm::targets::websocket_buffer
