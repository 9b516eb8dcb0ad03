// The process that holds a descriptor is the only one, and its death is what ends the connection.
#include "harness/storm/faults/leave/doomed_clients.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace heapstorm {
namespace {

struct Pair {
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0); }
  ~Pair() { close(ends[0]); }
  std::array<int, 2> ends{};
};

bool has_ended(int fd, int deadline_ms) {
  pollfd readable{fd, POLLIN, 0};
  char byte = 0;
  return poll(&readable, 1, deadline_ms) == 1 && recv(fd, &byte, 1, 0) == 0;
}

void wait_for(DoomedClients& doomed, std::uint64_t count) {
  for (int tries = 0; tries < 5000 && doomed.killed() != count; ++tries) poll(nullptr, 0, 1);
  EXPECT_EQ(doomed.killed(), count);
}

TEST(DoomedClients, AConnectionLivesAsLongAsTheProcessThatHoldsIt) {
  const auto doomed = DoomedClients::start();
  ASSERT_NE(doomed, nullptr);
  Pair pair;
  ASSERT_EQ(doomed->hold(pair.ends[1]), 0);
  close(pair.ends[1]);
  EXPECT_FALSE(has_ended(pair.ends[0], 100));
  EXPECT_EQ(doomed->killed(), 0U);
  ASSERT_EQ(doomed->kill(), 0);
  EXPECT_TRUE(has_ended(pair.ends[0], 5000));
  wait_for(*doomed, 1);
}

TEST(DoomedClients, ManyAreKilledInTheirOrder) {
  const auto doomed = DoomedClients::start();
  ASSERT_NE(doomed, nullptr);
  for (std::uint64_t number = 1; number <= 20; ++number) {
    Pair pair;
    ASSERT_EQ(doomed->hold(pair.ends[1]), 0);
    close(pair.ends[1]);
    ASSERT_EQ(doomed->kill(), 0);
    wait_for(*doomed, number);
    EXPECT_TRUE(has_ended(pair.ends[0], 5000));
  }
}

TEST(DoomedClients, NoProcessOutlivesTheObject) {
  Pair pair;
  {
    const auto doomed = DoomedClients::start();
    ASSERT_NE(doomed, nullptr);
    ASSERT_EQ(doomed->hold(pair.ends[1]), 0);
    close(pair.ends[1]);
    EXPECT_FALSE(has_ended(pair.ends[0], 50));
  }
  EXPECT_TRUE(has_ended(pair.ends[0], 5000));
}

}  // namespace
}  // namespace heapstorm
