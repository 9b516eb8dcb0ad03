#include "harness/storm/storm_figures.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

std::map<int, std::uint64_t>& errors_of(StormResult& storm, Phase phase) {
  return storm.errors[static_cast<std::size_t>(phase)];
}

TEST(Rate, IsThatOfTheStormsTimeHoweverShortItWas) {
  StormResult storm;
  EXPECT_EQ(connections_per_s(storm), 0);
  storm.connections = 20;
  EXPECT_EQ(connections_per_s(storm), 20'000);  // in less than a millisecond: at least that
  storm.duration_ms = 500;
  EXPECT_EQ(connections_per_s(storm), 40);
}

TEST(ErrorKinds, AreNothingWithoutErrors) {
  EXPECT_EQ(errors_in_words({}), "");
  EXPECT_EQ(error_count({}), 0U);
  EXPECT_EQ(statuses_in_words({}), "");
}

TEST(ErrorKinds, AreToldByPhaseAndNameTheMostFrequentFirst) {
  StormResult storm;
  errors_of(storm, Phase::handshake) = {{EPROTO, 2}};
  errors_of(storm, Phase::read) = {{ECONNRESET, 18}, {tls_alert, 3}};
  EXPECT_EQ(errors_in_words(storm), "read: ECONNRESET 18, read: TLS_ALERT 3, handshake: EPROTO 2");
  EXPECT_EQ(error_count(storm), 23U);
}

TEST(ErrorKinds, AreBoundedAndTheRestIsAddedUp) {
  StormResult storm;
  errors_of(storm, Phase::read) = {{ECONNRESET, 1}, {EPROTO, 2}, {EPIPE, 3}, {ENODATA, 4}};
  EXPECT_EQ(errors_in_words(storm), "read: ENODATA 4, read: EPIPE 3, read: EPROTO 2, 1 other kind 1");
  errors_of(storm, Phase::send) = {{EPIPE, 1}};
  EXPECT_EQ(errors_in_words(storm), "read: ENODATA 4, read: EPIPE 3, read: EPROTO 2, 2 other kinds 2");
}

TEST(ErrorKinds, StatusesAreToldTheSameWay) {
  EXPECT_EQ(statuses_in_words({{101, 20}, {401, 180}}), "401 180, 101 20");
  EXPECT_EQ(statuses_in_words({{200, 5}, {302, 4}, {404, 3}, {500, 2}}), "200 5, 302 4, 404 3, 1 other kind 2");
}

}  // namespace
}  // namespace heapstorm
