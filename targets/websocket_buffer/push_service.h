// A WebSocket server that puts every message that it pushes together in a buffer which is used again and again: what
// all variants of this family share. They differ in who has such a buffer, and since when.
#pragma once

#include <cstddef>
#include <memory>

#include "harness/heap/heap.h"
#include "targets/common/service.h"
#include "targets/websocket_buffer/string_buffer.h"

namespace heapstorm::targets::websocket_buffer {

using PushBuffer = std::unique_ptr<StringBuffer>;

// In the calling thread's heap.
inline PushBuffer create_push_buffer() {
  constexpr std::size_t capacity_bytes = 64;  // before its first long message
  return std::make_unique<StringBuffer>(capacity_bytes, heapstorm_name("websocket_buffer"));
}

// `Variant::push_buffer()` is the buffer that the calling thread uses.
template <typename Variant>
class PushService : public target::Service {
 public:
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    Variant::push_buffer()->clear();
    Variant::push_buffer()->append(message);
    Variant::on_filled();
    connection.send(Variant::push_buffer()->view(), text);
  }

 protected:
  // Between filling the buffer and sending it.
  static void on_filled() {}
};

// A module whose start-up creates a buffer. It runs once, on the main thread.
template <typename Variant>
class StartUpModule final : public target::Module {
 public:
  StartUpModule() { Variant::push_buffer() = create_push_buffer(); }
  ~StartUpModule() override { Variant::push_buffer().reset(); }
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
    return std::make_unique<Variant>();
  }
};

template <typename Variant>
std::unique_ptr<target::Module> make_start_up_module(const target::Host&) {
  return std::make_unique<StartUpModule<Variant>>();
}

}  // namespace heapstorm::targets::websocket_buffer
