#include "targets/common/sessions/session.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace heapstorm::target {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A session without a protocol, and its peer.
class SocketSession : public Session {
 public:
  SocketSession() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener, generic, bytes), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    EXPECT_EQ(getsockname(listener, generic, &bytes), 0);
    peer_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(peer_, generic, bytes), 0);
    descriptor_ = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    EXPECT_GE(descriptor_, 0);
    close(listener);
  }
  ~SocketSession() override {
    close(peer_);
    if (descriptor_ >= 0) close(descriptor_);
  }

  void abandon() override { ++abandoned_; }
  int descriptor() override { return descriptor_; }

  void hear() {
    char byte = 'y';
    EXPECT_EQ(send(peer_, &byte, 1, 0), 1);
    EXPECT_EQ(recv(descriptor_, &byte, 1, 0), 1);
  }
  void close_socket() {
    close(descriptor_);
    descriptor_ = -1;
  }
  int abandoned() const { return abandoned_; }

 private:
  int peer_ = -1;
  int descriptor_ = -1;
  int abandoned_ = 0;
};

TEST(SessionList, AbandonsOnlyThoseWhosePeerIsSilentForSoLong) {
  constexpr milliseconds limit{200};
  for (int attempt = 0; attempt < 20; ++attempt) {
    SocketSession silent;
    SocketSession lively;
    SessionList sessions;
    sessions.add(silent);
    sessions.add(lively);
    std::this_thread::sleep_for(2 * limit);
    const auto before = steady_clock::now();
    lively.hear();
    sessions.abandon_silent(limit);
    const bool in_time = steady_clock::now() - before < limit / 2;
    EXPECT_EQ(silent.abandoned(), 1);
    if (!in_time) continue;  // the machine was busy: the lively one may rightly seem silent
    EXPECT_EQ(lively.abandoned(), 0);
    return;
  }
  FAIL() << "the machine is too busy";
}

TEST(SessionList, TakesANewConnectionForALivelyOne) {
  SocketSession session;
  SessionList sessions;
  sessions.add(session);
  sessions.abandon_silent(std::chrono::hours(1));
  EXPECT_EQ(session.abandoned(), 0);
}

TEST(SessionList, LeavesASessionThatHasNoSocketAnyMore) {
  SocketSession session;
  SessionList sessions;
  sessions.add(session);
  session.close_socket();
  sessions.abandon_silent(milliseconds(0));
  EXPECT_EQ(session.abandoned(), 0);
}

}  // namespace
}  // namespace heapstorm::target
