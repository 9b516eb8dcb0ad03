#include "tools/heapstorm/interrupt.h"

#include <csignal>
#include <ctime>

namespace heapstorm::cli {
namespace {

constexpr long stop_check_ns = 50'000'000;

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::jthread([this, signals](std::stop_token ending) {
    const timespec timeout{0, stop_check_ns};
    while (!ending.stop_requested()) {
      if (::sigtimedwait(&signals, nullptr, &timeout) > 0) source_.request_stop();
    }
  });
}

}  // namespace heapstorm::cli
