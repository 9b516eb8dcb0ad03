// The Mailbox of one WorkerLoop. Only the loop includes this, because it brings Asio with it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <mutex>

#include "targets/common/service.h"

namespace heapstorm::target {

class WorkerMailbox final : public Mailbox {
 public:
  // `context` is used until `close`.
  explicit WorkerMailbox(boost::asio::io_context& context) : context_(&context) {}
  void post(std::function<void()> function) override;
  // From now on everything is dropped. The loop calls it before its context dies.
  void close();

 private:
  std::mutex mutex_;
  boost::asio::io_context* context_;  // null: closed
};

}  // namespace heapstorm::target
