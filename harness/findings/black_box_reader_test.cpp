#include "harness/findings/black_box_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

TEST(BlackBoxReader, FindsNoDamageInAValidBox) {
  BoxBuilder builder;
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).damage().empty());
}

TEST(BlackBoxReader, ReadsHeaderAndControl) {
  BoxBuilder builder;
  builder.header().pid = 42;
  builder.control().port = 8080;
  const BlackBoxReader box(builder.bytes());
  EXPECT_EQ(box.header().pid, 42u);
  EXPECT_EQ(box.control().port, 8080u);
}

TEST(BlackBoxReader, ReadsNamesAndMakesThemValidUtf8) {
  BoxBuilder builder;
  const std::uint32_t plain = builder.name("date_header");
  const std::uint32_t broken = builder.name("a\xff\xc3\xa9");
  const BlackBoxReader box(builder.bytes());
  EXPECT_EQ(box.name(0), "");
  EXPECT_EQ(box.name(plain), "date_header");
  EXPECT_EQ(box.name(broken), "a\xef\xbf\xbd\xc3\xa9");
  EXPECT_EQ(box.name(broken + 1), std::nullopt);
  EXPECT_EQ(box.name(HEAPSTORM_NAMES), std::nullopt);
  EXPECT_EQ(box.name(0xffffffff), std::nullopt);
}

TEST(BlackBoxReader, RefusesANameThatIsLongerThanItsField) {
  BoxBuilder builder;
  const std::uint32_t id = builder.name("short");
  builder.entry<heapstorm_box_name>(HEAPSTORM_SECTION_NAMES, id)->length = HEAPSTORM_NAME_BYTES - 3;
  EXPECT_EQ(BlackBoxReader(builder.bytes()).name(id), std::nullopt);
}

TEST(BlackBoxReader, ReadsThreads) {
  BoxBuilder builder;
  builder.thread("worker-0", 1);
  const std::uint32_t id = builder.thread("worker-1", 2, 7);
  auto* entry = builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, id);
  entry->state = HEAPSTORM_THREAD_RETIRED;
  entry->death_ms = 99;
  const BlackBoxReader box(builder.bytes());
  const auto thread = box.thread(id);
  ASSERT_TRUE(thread);
  EXPECT_EQ(thread->name, "worker-1");
  EXPECT_EQ(thread->slot, 2u);
  EXPECT_EQ(thread->generation, 7u);
  EXPECT_TRUE(thread->exited);
  EXPECT_EQ(thread->death_ms, 99u);
  EXPECT_EQ(box.threads().size(), 2u);
  EXPECT_FALSE(box.thread(0));
  EXPECT_FALSE(box.thread(id + 1));
  EXPECT_FALSE(box.thread(HEAPSTORM_THREADS));
}

TEST(BlackBoxReader, RefusesAThreadWithAnUnknownStateOrAnAbsurdName) {
  BoxBuilder builder;
  const std::uint32_t id = builder.thread("worker", 1);
  auto* entry = builder.entry<heapstorm_box_thread>(HEAPSTORM_SECTION_THREADS, id);
  entry->state = 9;
  EXPECT_FALSE(BlackBoxReader(builder.bytes()).thread(id));
  entry->state = HEAPSTORM_THREAD_ALIVE;
  entry->name_length = 33;
  EXPECT_FALSE(BlackBoxReader(builder.bytes()).thread(id));
}

TEST(BlackBoxReader, ReadsModulesAndLeavesOutDamagedOnes) {
  BoxBuilder builder;
  builder.module(0x1000, 0x2000, 0x1000, "/bin/target");
  builder.module(0x3000, 0x2000, 0, "/ends/before/it/begins");
  builder.module(0x4000, 0x5000, 0, "/path/too/long");
  builder.entry<heapstorm_box_module>(HEAPSTORM_SECTION_MODULES, 2)->path_length = 229;
  const auto modules = BlackBoxReader(builder.bytes()).modules();
  ASSERT_EQ(modules.size(), 1u);
  EXPECT_EQ(modules[0].path, "/bin/target");
}

TEST(BlackBoxReader, ReadsStacksAndRefusesBadOnes) {
  BoxBuilder builder;
  const std::uint32_t id = builder.stack({1, 2, 3});
  const std::uint32_t deepest = builder.stack(std::vector<std::uint64_t>(HEAPSTORM_STACK_FRAMES, 5));
  const std::uint32_t too_deep = builder.stack(std::vector<std::uint64_t>(HEAPSTORM_STACK_FRAMES + 1, 5));
  *builder.entry<std::uint64_t>(HEAPSTORM_SECTION_STACKS, HEAPSTORM_STACK_WORDS - 1) = 4;
  const BlackBoxReader box(builder.bytes());
  EXPECT_EQ(box.stack(0), std::vector<std::uint64_t>());
  EXPECT_EQ(box.stack(id), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(box.stack(deepest)->size(), HEAPSTORM_STACK_FRAMES);
  EXPECT_EQ(box.stack(too_deep), std::nullopt);
  EXPECT_EQ(box.stack(HEAPSTORM_STACK_WORDS - 1), std::nullopt) << "its frames would lie in the next section";
  EXPECT_EQ(box.stack(HEAPSTORM_STACK_WORDS), std::nullopt);
}

TEST(BlackBoxReader, ReadsAChainOfHandoffsOldestFirst) {
  BoxBuilder builder;
  const std::uint32_t first = builder.handoff(0, 1, 2);
  const std::uint32_t second = builder.handoff(first, 2, 3);
  const HandoffChain chain = BlackBoxReader(builder.bytes()).handoffs(second);
  ASSERT_EQ(chain.handoffs.size(), 2u);
  EXPECT_FALSE(chain.damaged);
  EXPECT_EQ(chain.handoffs[0].from, 1u);
  EXPECT_EQ(chain.handoffs[1].to, 3u);
}

TEST(BlackBoxReader, EndsAtACycleOfHandoffs) {
  BoxBuilder builder;
  const std::uint32_t first = builder.handoff(2, 1, 2);
  const std::uint32_t second = builder.handoff(first, 2, 1);
  const HandoffChain chain = BlackBoxReader(builder.bytes()).handoffs(second);
  EXPECT_TRUE(chain.damaged);
  EXPECT_EQ(chain.handoffs.size(), 1u);
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).handoffs(HEAPSTORM_HANDOFFS).damaged);
}

TEST(BlackBoxReader, LimitsALongChainOfHandoffs) {
  BoxBuilder builder;
  std::uint32_t last = 0;
  for (int i = 0; i < 200; ++i) last = builder.handoff(last, 1, 2);
  EXPECT_EQ(BlackBoxReader(builder.bytes()).handoffs(last).handoffs.size(), 64u);
}

TEST(BlackBoxReader, ReadsThePairMatrix) {
  BoxBuilder builder;
  *builder.entry<std::uint32_t>(HEAPSTORM_SECTION_PAIRS, 3 * HEAPSTORM_PAIR_SIDE + 5) = 17;
  const auto pairs = BlackBoxReader(builder.bytes()).pairs();
  EXPECT_EQ(pairs[3][5], 17u);
  EXPECT_EQ(pairs[5][3], 0u);
  EXPECT_EQ(pairs[3][4], 0u);
}

TEST(BlackBoxReader, ReadsWhoOpenedAndClosedConnections) {
  BoxBuilder builder;
  auto* counts = builder.entry<heapstorm_box_connections>(HEAPSTORM_SECTION_CONNECTIONS, 0);
  counts->opened[3] = 9;
  counts->closed[3][63] = 8;
  counts->followed[63][0] = 7;
  const heapstorm_box_connections read = BlackBoxReader(builder.bytes()).connections();
  EXPECT_EQ(read.opened[3], 9u);
  EXPECT_EQ(read.closed[3][63], 8u);
  EXPECT_EQ(read.followed[63][0], 7u);
  const auto cut = builder.bytes().first(builder.offset_of(HEAPSTORM_SECTION_CONNECTIONS) + 64);
  EXPECT_EQ(BlackBoxReader(cut).connections().opened[3], 0u);
}

TEST(BlackBoxReader, ReadsEventsOfAllRingsByTime) {
  BoxBuilder builder;
  builder.event(0, 20, HEAPSTORM_EVENT_ACTION, 1);
  builder.event(0, 40, HEAPSTORM_EVENT_ACTION, 1);
  builder.event(1, 30, HEAPSTORM_EVENT_ACTION, 2);
  const BlackBoxReader box(builder.bytes());
  const auto events = box.events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].at_us, 20u);
  EXPECT_EQ(events[1].thread, 2u);
  EXPECT_EQ(events[2].at_us, 40u);
  EXPECT_EQ(box.events(1).size(), 1u);
  EXPECT_EQ(box.events({}, EventWindow::around(35, 5)).size(), 2u);
}

TEST(BlackBoxReader, KeepsTheOrderOfARingWhenTimesAreEqual) {
  BoxBuilder builder;
  for (int i = 0; i < 40; ++i) builder.event(0, 7, HEAPSTORM_EVENT_ACTION, 1);
  const auto events = BlackBoxReader(builder.bytes()).events();
  ASSERT_EQ(events.size(), 40u);
  for (std::uint64_t i = 0; i < 40; ++i) EXPECT_EQ(events[i].value, i);
}

TEST(BlackBoxReader, KeepsTheNewestEventsOfAFullRing) {
  BoxBuilder builder;
  for (std::uint64_t i = 0; i < HEAPSTORM_RING_EVENTS + 10; ++i) builder.event(0, i, HEAPSTORM_EVENT_ACTION, 1);
  const auto events = BlackBoxReader(builder.bytes()).events(0);
  ASSERT_EQ(events.size(), HEAPSTORM_RING_EVENTS);
  EXPECT_EQ(events.front().at_us, 10u);
}

TEST(BlackBoxReader, LeavesOutTornEvents) {
  BoxBuilder builder;
  for (std::uint64_t i = 0; i < 4; ++i) builder.event(0, i, HEAPSTORM_EVENT_ACTION, 1);
  auto* ring = builder.entry<heapstorm_box_ring>(HEAPSTORM_SECTION_RINGS, 0);
  ring->events[1].sequence = 0;                          // being written
  ring->events[2].sequence = 3 + HEAPSTORM_RING_EVENTS;  // overwritten by a later one
  const auto events = BlackBoxReader(builder.bytes()).events(0);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].at_us, 0u);
  EXPECT_EQ(events[1].at_us, 3u);
}

TEST(BlackBoxReader, SurvivesAnAbsurdEventCount) {
  BoxBuilder builder;
  builder.event(0, 1, HEAPSTORM_EVENT_ACTION, 1);
  builder.entry<heapstorm_box_ring>(HEAPSTORM_SECTION_RINGS, 0)->next = ~0ull;
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).events(0).empty());
}

TEST(BlackBoxReader, TakesAMisalignedOrEmptyViewForEmpty) {
  BoxBuilder builder;
  builder.finding(builder.foreign_free());
  EXPECT_TRUE(BlackBoxReader(builder.bytes().subspan(1)).findings().empty());
  EXPECT_TRUE(BlackBoxReader({}).findings().empty());
  EXPECT_FALSE(BlackBoxReader({}).damage().empty());
}

}  // namespace
}  // namespace heapstorm
