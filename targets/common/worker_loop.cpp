#include "targets/common/worker_loop.h"

#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "harness/heap/heap.h"
#include "targets/common/sessions/opening_session.h"
#include "targets/common/sessions/transport.h"
#include "targets/common/worker_mailbox.h"

namespace heapstorm::target {

namespace {

using boost::asio::ip::tcp;

// How long a stopping worker waits for its sessions to notice that their sockets are closed. They do at once.
constexpr std::chrono::seconds stop_deadline{2};

// A peer that is silent for so long is dropped, when it is looked for next.
constexpr std::chrono::seconds silence_limit{30};
constexpr std::chrono::seconds silence_period{10};

// A socket on its way from the main thread to the worker, closed if it never arrives.
class DeliveredSocket {
 public:
  explicit DeliveredSocket(int descriptor) : descriptor_(descriptor) {}
  DeliveredSocket(DeliveredSocket&& other) noexcept : descriptor_(other.release()) {}
  DeliveredSocket& operator=(DeliveredSocket&&) = delete;
  ~DeliveredSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

}  // namespace

// Destroyed from the bottom up: the sessions die with the operations that `context` still holds, then the list that
// they are in, then the Service that they call.
struct WorkerLoop::State {
  std::unique_ptr<Service> service;
  SessionList sessions;
  bool stopping = false;
  // One thread runs it and has all its sockets. From others come what is posted and the end.
  boost::asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  const std::shared_ptr<WorkerMailbox> mailbox = std::make_shared<WorkerMailbox>(context);
  boost::asio::steady_timer next_look{context};

  void look_for_silent_peers();
  void start(DeliveredSocket socket, std::uint32_t accept_count);
  void stop_service();
};

void WorkerLoop::State::look_for_silent_peers() {
  next_look.expires_after(silence_period);
  next_look.async_wait([this](boost::system::error_code error) {
    if (error) return;
    sessions.abandon_silent(silence_limit);
    look_for_silent_peers();
  });
}

// Runs what came by mail until the Service had stopped; nothing can come later.
void WorkerLoop::State::stop_service() {
  service->on_stop();
  mailbox->close();
  context.restart();
  context.poll();
}

void WorkerLoop::State::start(DeliveredSocket delivered, std::uint32_t accept_count) {
  if (stopping) return;
  auto connection = std::make_unique<ServedConnection>(*service, accept_count, delivered.get());
  const Context accepting(*connection, HEAPSTORM_ACTION(HEAPSTORM_ACTION_ACCEPT, 0));
  Stream socket(context);
  boost::system::error_code error;
  socket.assign(tcp::v4(), delivered.get(), error);
  if (error) return;
  delivered.release();                            // Now `socket` closes it.
  socket.set_option(tcp::no_delay(true), error);  // an echo must not wait for more to send
  start_opening_session({std::move(socket), {}, std::move(connection), &sessions});
}

// Asio opens its epoll, event and timer descriptors with the first socket. That socket is this one, so that none of
// them comes between two accepted connections: overlapping ones get consecutive descriptors and, modulo workers,
// different workers.
WorkerLoop::WorkerLoop(std::unique_ptr<Service> service) : state_(std::make_unique<State>(std::move(service))) {
  boost::system::error_code ignored;
  tcp::socket(state_->context).open(tcp::v4(), ignored);
  state_->service->on_start(state_->mailbox);
}

// A loop that never ran, because another worker did not start, still has its mailbox to close.
WorkerLoop::~WorkerLoop() {
  state_->mailbox->close();
}

void WorkerLoop::run() {
  state_->look_for_silent_peers();
  state_->context.run();
  state_->stopping = true;
  state_->next_look.cancel();
  state_->context.restart();
  state_->sessions.abandon_all();
  const auto deadline = std::chrono::steady_clock::now() + stop_deadline;
  while (!state_->sessions.empty() && state_->context.run_one_until(deadline) != 0) {
  }
  state_->stop_service();
}

void WorkerLoop::wake() {
  state_->context.stop();
}

void WorkerLoop::deliver(int socket, std::uint32_t accept_count) {
  boost::asio::post(state_->context, [this, delivered = DeliveredSocket(socket), accept_count]() mutable {
    state_->start(std::move(delivered), accept_count);
  });
}

}  // namespace heapstorm::target
