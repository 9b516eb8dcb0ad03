#include "harness/heap/heap.h"
#include "targets/websocket_buffer/string_buffer.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

namespace {

// DEFECT (swoole-src #5504): every thread has a buffer of its own, but only the module's start-up creates one, and that
// runs once, on the main thread. On every worker it is null. One connection, one message: the first push clears it.
// Expected finding: null_deref, on that worker, no block.
std::unique_ptr<StringBuffer>& push_buffer() {
  static thread_local std::unique_ptr<StringBuffer> buffer;
  return buffer;
}

class PushService final : public target::Service {
 public:
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    push_buffer()->clear();
    push_buffer()->append(message);
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

std::unique_ptr<target::Module> make_main_thread_only(const target::Host&) {
  return std::make_unique<PushModule>();
}

}  // namespace heapstorm::targets::websocket_buffer
