// Ports, descriptors, addresses and the plan's clock.
#include <gtest/gtest.h>

#include "harness/storm/descriptor_limit.h"
#include "harness/storm/net/socket_address.h"
#include "harness/storm/port_budget.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::load_of;

TEST(PortBudget, NeedsOneSourceWhereEveryConnectionResets) {
  EXPECT_EQ(budget_ports(load_of(Protocol::tcp, 1'000'000, 64, {}, {.rst = 1}), 28000, max_sources).sources, 1U);
}

TEST(PortBudget, SpreadsConnectionsThatEndInTimeWaitOverSources) {
  const auto all = budget_ports(load_of(Protocol::tcp, 100'000, 64, {}, {.fin = 1}), 28000, max_sources);
  EXPECT_EQ(all.demand, 100'000U);
  EXPECT_EQ(all.sources, 8U);
  const auto half =
      budget_ports(load_of(Protocol::websocket, 100'000, 64, {}, {.close_frame = 1, .rst = 1}), 28000, max_sources);
  EXPECT_EQ(half.sources, 4U);
  EXPECT_EQ(budget_ports(load_of(Protocol::tcp, 10'000, 64, {}, {.fin = 1}), 28000, max_sources).sources, 1U);
}

TEST(PortBudget, CountsHeldConnections) {
  auto load = load_of(Protocol::tcp, 40'000, 1, {}, {.rst = 1});
  load.arrival = Arrival::stepwise;
  EXPECT_EQ(budget_ports(load, 28000, max_sources).sources, 3U);
  EXPECT_FALSE(budget_ports(load, 100, max_sources).fits);
}

SocketAddress at(const char* address) {
  return *socket_address({address, 80});
}

TEST(PortBudget, HasManySourcesOnlyIn127) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "localhost"}) {
    EXPECT_EQ(sources_for(at(address)), max_sources) << address;
  }
  for (const char* address : {"::1", "10.0.0.1", "2001:db8::1"}) EXPECT_EQ(sources_for(at(address)), 1U) << address;
}

TEST(PortBudget, WithOneSourceTakesItsWholeRangeAndNoMore) {
  const Load by_fin = load_of(Protocol::tcp, 28'000, 64, {}, {.fin = 1});
  EXPECT_EQ(budget_ports(by_fin, 28'000, 1).sources, 1U);
  EXPECT_TRUE(check_ports_suffice(by_fin, 28'000, at("192.0.2.1")).ok());
  EXPECT_TRUE(check_ports_suffice(by_fin, 27'999, at("127.0.0.1")).ok());
  const Status status = check_ports_suffice(by_fin, 27'999, at("192.0.2.1"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::environment);
  EXPECT_EQ(status.error().message,
            "the storm needs 28000 ports at once, there are 27999 (one source address); widen "
            "net.ipv4.ip_local_port_range, ask for fewer connections, or leave by rst");
}

// A reset leaves no TIME_WAIT behind, so only what is open at once counts.
TEST(PortBudget, WithOneSourceAMillionResetsFitAndTooManyAtOnceDoNot) {
  EXPECT_TRUE(check_ports_suffice(load_of(Protocol::tcp, 1'000'000, 64, {}, {.rst = 1}), 28'000, at("192.0.2.1")).ok());
  EXPECT_FALSE(
      check_ports_suffice(load_of(Protocol::tcp, 50'000, 30'000, {}, {.rst = 1}), 28'000, at("192.0.2.1")).ok());
  EXPECT_TRUE(
      check_ports_suffice(load_of(Protocol::tcp, 50'000, 30'000, {}, {.rst = 1}), 28'000, at("127.0.0.1")).ok());
}

TEST(StormLimits, APlanForAFarAddressMustFitTheOneSource) {
  const Plan plan(load_of(Protocol::tcp, 200'000, 64, {}, {.fin = 1}), {}, 1);
  EXPECT_TRUE(check_storm_fits(plan, {}).ok());
  EXPECT_FALSE(check_storm_fits(plan, {.address = "192.0.2.1", .allow_remote = true}).ok());
}

TEST(StormLimits, SourcesOtherThanTheUsualOneConnect) {
  test::Server server(test::echo_bytes);
  const auto load = load_of(Protocol::tcp, 40'000, 32, {}, {.fin = 199, .rst = 1});
  ASSERT_GT(budget_ports(load, ephemeral_port_count(), max_sources).sources, 1U);
  StormOptions options;
  options.time_limit_ms = 1000;
  const StormResult result = test::storm(load, server.port(), {}, options);
  EXPECT_GT(result.connections, 0U);
  EXPECT_EQ(test::total_errors(result), 0U);
}

TEST(StormLimits, APlanThatNeedsMoreDescriptorsThanThereAreDoesNotFit) {
  const auto limit = hard_descriptor_limit();
  if (limit > 10'000'000) GTEST_SKIP() << "no limit here";
  const auto wanted = static_cast<std::uint32_t>(limit);
  const Plan plan(load_of(Protocol::tcp, wanted, wanted, {}, {.rst = 1}), {}, 1);
  const Status status = check_storm_fits(plan, {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::environment);
  EXPECT_NE(status.error().message.find("descriptors"), std::string::npos);
  EXPECT_TRUE(check_storm_fits(Plan(load_of(Protocol::tcp, wanted, 10, {}, {.rst = 1}), {}, 1), {}).ok());
}

TEST(StormLimits, OnlyLoopbackAddressesAreAccepted) {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "localhost"}) {
    EXPECT_TRUE(check_endpoint({address, 80}).ok()) << address;
  }
  for (const char* address :
       {"10.0.0.1", "128.0.0.1", "0.0.0.0", "::2", "::ffff:10.0.0.1", "example.org", "127.1", ""}) {
    const Status status = check_endpoint({address, 80});
    ASSERT_FALSE(status.ok()) << address;
    EXPECT_EQ(status.error().kind, ErrorKind::bad_input);
  }
}

}  // namespace
}  // namespace heapstorm
