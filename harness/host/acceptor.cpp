#include "harness/host/acceptor.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "harness/host/control_cells.h"

namespace heapstorm::host {

namespace {

constexpr int backlog = 4096;
// So many at most before the stop signal is looked at again.
constexpr int batch = 64;
// The pause after the process ran out of descriptors or memory. The listener stays readable all that time, so polling
// it would spin.
constexpr int exhausted_pause_ms = 10;

// A connection that arrives shall not take the processor from a worker in the midst of another: as a batch thread this
// one comes when a processor is free, or at the tick, and then accepts all that have come. Where it is refused, nothing
// is lost but speed.
void let_others_finish() {
  const sched_param priority{};
  sched_setscheduler(0, SCHED_BATCH, &priority);
}

Error failed(const char* call) {
  return Error::environment(fmt::format("{}: {}", call, std::strerror(errno)));
}

bool is_exhaustion(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

Result<std::uint16_t> bind_and_listen(int descriptor, std::uint16_t port) {
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t bytes = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(descriptor, generic, bytes) != 0) return failed("bind");
  if (::listen(descriptor, backlog) != 0) return failed("listen");
  if (getsockname(descriptor, generic, &bytes) != 0) return failed("getsockname");
  return static_cast<std::uint16_t>(ntohs(address.sin_port));
}

}  // namespace

Result<Acceptor> Acceptor::listen(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("socket");
  Acceptor acceptor(descriptor, port);
  const Result<std::uint16_t> bound = bind_and_listen(descriptor, port);
  if (!bound) return bound.error();
  acceptor.port_ = bound.value();
  return acceptor;
}

Acceptor::Acceptor(Acceptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), port_(other.port_), accepted_(other.accepted_) {}

Acceptor::~Acceptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status Acceptor::run(WorkerPool& workers, Dispatch dispatch, WorkerOrders& orders, int stop_descriptor) {
  let_others_finish();
  // The listener comes last, so that a pause can poll the others alone.
  enum { stop, order, listener };
  std::array<pollfd, 3> waiting = {{{stop_descriptor, POLLIN, 0}, {-1, POLLIN, 0}, {descriptor_, POLLIN, 0}}};
  bool exhausted = false;
  while (true) {
    waiting[order].fd = orders.descriptor();
    waiting[listener].revents = 0;
    const nfds_t count = exhausted ? nfds_t{listener} : waiting.size();
    const int timeout_ms = exhausted ? exhausted_pause_ms : -1;
    if (poll(waiting.data(), count, timeout_ms) < 0 && errno != EINTR) return failed("poll");
    if ((waiting[stop].revents & POLLIN) != 0) return Success{};
    // One at a time: connections are accepted between two, whatever the rate of the orders.
    if (waiting[order].revents != 0) {
      if (const Status done = orders.carry_out_next(workers); !done) return done;
    }
    exhausted = !accept_batch(workers, dispatch);
  }
}

// False: the process has run out of something and needs a pause.
bool Acceptor::accept_batch(WorkerPool& workers, Dispatch dispatch) {
  for (int i = 0; i < batch; ++i) {
    const int socket = accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && errno == EMFILE) publish_accept_out_of_descriptors();
    if (socket < 0) return !is_exhaustion(errno);  // otherwise none is waiting, or one left before we came
    ++accepted_;
    publish_connections_accepted(accepted_);
    const std::uint32_t chosen = dispatch == Dispatch::fd_modulo ? static_cast<std::uint32_t>(socket) : accepted_ - 1;
    workers.deliver(chosen, socket, accepted_);
  }
  return true;
}

}  // namespace heapstorm::host
