#include "targets/common/worker_mailbox.h"

#include <boost/asio/post.hpp>

namespace heapstorm::target {

void WorkerMailbox::post(std::function<void()> function) {
  const std::scoped_lock lock(mutex_);
  if (context_ != nullptr) boost::asio::post(*context_, std::move(function));
}

void WorkerMailbox::close() {
  const std::scoped_lock lock(mutex_);
  context_ = nullptr;
}

}  // namespace heapstorm::target
