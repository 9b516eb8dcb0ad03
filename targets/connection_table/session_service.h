// An echo server whose sessions end in two ways: the client logs off (its first message), which a thread beside the
// workers carries out, or the connection closes. What close_check_then_act and its fix share.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "targets/common/helper_thread.h"
#include "targets/common/owned_buffer.h"
#include "targets/common/service.h"

namespace heapstorm::targets::connection_table {

// Of one connection. Both threads look at `closed`; everything else is the worker's, or constant while the other thread
// has the session.
struct Session {
  std::atomic<bool> closed{false};
  target::OwnedBuffer* data;       // in the worker's heap
  target::Connection* connection;  // null: gone
  bool logged_off = false;
  bool text = false;
  std::string farewell;
};

using SharedSession = std::shared_ptr<Session>;

class SessionService : public target::Service {
 public:
  // `helper` outlives it.
  SessionService(const target::Host& host, target::HelperThread& helper);
  static std::vector<target::Parameter> parameters() {
    return {{"save_us", "microseconds that it takes to save a session at its end", 300, 0, 1'000'000}};
  }
  void on_start(std::shared_ptr<target::Mailbox> mailbox) override;
  void on_open(target::Connection& connection) override;
  void on_message(target::Connection& connection, std::string_view message, bool text) override;
  void on_close(target::Connection& connection) override;
  void on_stop() override { helper_.finish_submitted(); }

 protected:
  // On either thread. True: this call has closed it, so the caller sees to it that the session's data is freed.
  virtual bool close(const SharedSession& session) = 0;
  // What a server does at the end of a session: bids the client farewell, if it is still there, and saves the session,
  // which takes a while.
  void finish(const SharedSession& session);

 private:
  void log_off(const SharedSession& session);

  const std::chrono::microseconds save_time_;
  target::HelperThread& helper_;
  std::shared_ptr<target::Mailbox> mailbox_;
  std::unordered_map<const target::Connection*, SharedSession> sessions_;
};

template <typename ServiceType>
std::unique_ptr<target::Module> make_helped_module(const target::Host&) {
  class Helped : public target::Module {
    std::unique_ptr<target::Service> start_worker(const target::Host& host, std::uint32_t) override {
      return std::make_unique<ServiceType>(host, helper_);
    }
    target::HelperThread helper_{"log-off"};
  };
  return std::make_unique<Helped>();
}

}  // namespace heapstorm::targets::connection_table
