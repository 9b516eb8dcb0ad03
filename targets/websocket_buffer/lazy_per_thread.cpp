#include "harness/heap/heap.h"
#include "targets/websocket_buffer/string_buffer.h"
#include "targets/websocket_buffer/variants.h"

namespace heapstorm::targets::websocket_buffer {

namespace {

// A buffer for each thread, created by its first push and gone before its heap goes down.
std::unique_ptr<StringBuffer>& push_buffer() {
  static thread_local std::unique_ptr<StringBuffer> buffer;
  return buffer;
}

class PushService final : public target::Service {
 public:
  ~PushService() override { push_buffer().reset(); }
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    if (push_buffer() == nullptr) {
      push_buffer() = std::make_unique<StringBuffer>(initial_capacity_bytes, heapstorm_name("websocket_buffer"));
    }
    push_buffer()->clear();
    push_buffer()->append(message);
    connection.send(push_buffer()->view(), text);
  }
};

class PushModule final : public target::Module {
 public:
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
    return std::make_unique<PushService>();
  }
};

}  // namespace

std::unique_ptr<target::Module> make_lazy_per_thread(const target::Host&) {
  return std::make_unique<PushModule>();
}

}  // namespace heapstorm::targets::websocket_buffer
