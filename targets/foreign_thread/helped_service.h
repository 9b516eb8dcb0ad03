// An echo server whose answers a helper thread works out: what all variants of this family share. A worker keeps its
// sockets; the helper tells it by mail when an answer is there.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>

#include "harness/heap/heap.h"
#include "targets/common/helper_thread.h"
#include "targets/common/owned_buffer.h"
#include "targets/common/service.h"

namespace heapstorm::targets::foreign_thread {

// Where an answer goes that comes later: nowhere, if the client has left by then. Looked at on its worker's thread
// only; the helper just passes it on.
class Client {
 public:
  explicit Client(target::Connection& connection) : connection_(&connection) {}
  void leave() { connection_ = nullptr; }
  void answer(std::string_view message, bool text) {
    if (connection_ != nullptr) connection_->send(message, text);
  }

 private:
  target::Connection* connection_;
};

class HelpedService : public target::Service {
 public:
  // `helper` outlives it.
  explicit HelpedService(target::HelperThread& helper) : helper_(helper) {}
  void on_start(std::shared_ptr<target::Mailbox> mailbox) override;
  void on_open(target::Connection& connection) override;
  void on_close(target::Connection& connection) override;
  // The helper works with this thread's blocks until here.
  void on_stop() override { helper_.finish_submitted(); }

 protected:
  const std::shared_ptr<Client>& client_of(target::Connection& connection) { return clients_.at(&connection); }

  target::HelperThread& helper_;
  std::shared_ptr<target::Mailbox> mailbox_;
  const std::uint16_t tag_ = heapstorm_name("foreign_thread");

 private:
  std::unordered_map<const target::Connection*, std::shared_ptr<Client>> clients_;
};

// The helper is a thread for asynchronous I/O, which reads an answer for a worker.
class AioService : public HelpedService {
 public:
  using HelpedService::HelpedService;
  static constexpr const char* helper_name = "aio";
};

// The workers are reactors, which have the sockets; the helper is the thread that works on what they receive.
class HandoffService : public HelpedService {
 public:
  using HelpedService::HelpedService;
  static constexpr const char* helper_name = "task-0";
};

template <typename ServiceType>
std::unique_ptr<target::Module> make_helped_module(const target::Host&) {
  class Helped : public target::Module {
    std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t) override {
      return std::make_unique<ServiceType>(helper_);
    }
    target::HelperThread helper_{ServiceType::helper_name};
  };
  return std::make_unique<Helped>();
}

}  // namespace heapstorm::targets::foreign_thread
