#include "harness/findings/fingerprint.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

Frame frame(std::string function, std::string file, std::uint32_t line = 1, std::string module = "/build/target.so") {
  return {std::move(function), std::move(file), line, std::move(module), 0x100 + line};
}

Finding foreign_free() {
  Finding finding;
  finding.kind = "foreign_free";
  finding.block = Block{0x1000, 45, "date_header", 3, "live"};
  finding.owner = Side{};
  finding.owner->stack = {frame("date_header::make()", "targets/date_header/static_cache.cpp", 20)};
  finding.offender = Side{};
  finding.offender->stack = {frame("date_header::drop()", "targets/date_header/static_cache.cpp", 30)};
  return finding;
}

TEST(Fingerprint, IsSixteenHexadecimalDigitsAndNeverChanges) {
  // A change here changes every user's baselines: think twice.
  EXPECT_EQ(fingerprint(foreign_free()), "c8b4f44405d3d61b");
}

TEST(Fingerprint, DoesNotDependOnAddressesThreadsLinesCountsOrBuildPaths) {
  const Finding first = foreign_free();
  Finding second = first;
  second.count = 99;
  second.at_ms = 1234;
  second.summary = "other words";
  second.block->address = 0x2000;
  second.block->size = 46;
  second.owner->thread = "worker-9";
  second.owner->slot = 9;
  second.owner->connection = 17;
  second.owner->stack[0] =
      frame("date_header::make()", "/elsewhere/targets/date_header/static_cache.cpp", 21, "/tmp/x/target.so");
  EXPECT_EQ(fingerprint(first), fingerprint(second));
}

TEST(Fingerprint, DependsOnKindTagAndBothStacks) {
  const Finding first = foreign_free();
  Finding kind = first, tag = first, owner = first, offender = first, swapped = first;
  kind.kind = "double_free";
  tag.block->tag = "session";
  owner.owner->stack[0].function = "date_header::other()";
  offender.offender->stack[0].file = "targets/date_header/other.cpp";
  std::swap(swapped.owner, swapped.offender);
  for (const Finding& other : {kind, tag, owner, offender, swapped}) EXPECT_NE(fingerprint(first), fingerprint(other));
}

TEST(Fingerprint, SkipsFramesOfLibrariesAndOurs) {
  const std::vector<Frame> stack = {
      frame("heapstorm_free", "harness/heap/heap.cpp"),
      frame("std::__invoke(void (*)())", "/usr/include/c++/12/bits/invoke.h"),
      frame("date_header::drop(char*)", "targets/date_header/static_cache.cpp"),
      frame("boost::asio::run()", "/usr/include/boost/asio/run.hpp"),
      frame("target_main", "harness/host/main.cpp"),
      frame("", "", 0, "/lib/x86_64-linux-gnu/libc.so.6"),
      frame("start_thread", "./nptl/pthread_create.c", 1, "/lib/x86_64-linux-gnu/libc.so.6"),
  };
  EXPECT_EQ(fingerprint_frames(stack), std::vector<std::string>{"date_header::drop static_cache.cpp"});
}

TEST(Fingerprint, FallsBackToTheModuleOfAFrameWithoutAName) {
  EXPECT_EQ(fingerprint_frames({frame("", "", 7, "/opt/server/bin/server")}),
            std::vector<std::string>{"module server"});
}

TEST(Fingerprint, KeepsAnonymousNamespacesAndCallOperatorsButNoParameters) {
  const std::vector<Frame> stack = {frame("(anonymous namespace)::f(int)", "a.cpp"),
                                    frame("a::g()::$_0::operator()(int) const", "a.cpp"),
                                    frame("h(void (*)(int))", "a.cpp")};
  const std::vector<std::string> frames = fingerprint_frames(stack);
  EXPECT_EQ(frames[0], "(anonymous namespace)::f a.cpp");
  EXPECT_EQ(frames[2], "h a.cpp");
}

TEST(Fingerprint, TakesTheFirstThreeRelevantFrames) {
  const Frame a = frame("a", "a.cpp"), b = frame("b", "a.cpp"), c = frame("c", "a.cpp"), d = frame("d", "a.cpp");
  EXPECT_EQ(fingerprint_frames({a, b, c, d}).size(), 3u);
}

TEST(Fingerprint, OfAFindingWithoutStacksUsesItsSummaryWithoutNumbers) {
  Finding first, second, third;
  first.kind = second.kind = third.kind = "crash";
  first.summary = "died at 0x12ab of SIGSEGV";
  second.summary = "died at 0x9f of SIGSEGV";
  third.summary = "died at 0x9f of SIGILL";
  EXPECT_EQ(fingerprint(first), fingerprint(second));
  EXPECT_NE(fingerprint(first), fingerprint(third));
}

// What three flavours said of one null dereference.
TEST(Fingerprint, OfAFaultIsTheFunctionThatItHappenedIn) {
  Finding known_by_a_signal;
  known_by_a_signal.kind = "null_deref";
  known_by_a_signal.offender = Side{};
  Frame inlined = frame("Buffer::clear()", "buffer.h", 20);
  Frame outer = frame("Push::on_message(int)", "push.cpp", 30);
  inlined.offset = outer.offset = 0x1234;
  known_by_a_signal.offender->stack = {inlined, outer};

  Finding with_stack = known_by_a_signal;
  with_stack.offender->stack.push_back(frame("Session::read()", "session.cpp", 91));
  Finding inlined_nothing = with_stack;
  inlined_nothing.offender->stack = {frame("Push::on_message(int)", "push.cpp", 31),
                                     frame("Session::read()", "session.cpp")};
  EXPECT_EQ(fingerprint(with_stack), fingerprint(known_by_a_signal));
  EXPECT_EQ(fingerprint(inlined_nothing), fingerprint(known_by_a_signal));

  Finding elsewhere = with_stack;
  elsewhere.offender->stack[1].function = "Push::on_close()";
  EXPECT_NE(fingerprint(elsewhere), fingerprint(with_stack));
  Finding no_fault = with_stack;
  no_fault.kind = "double_free";
  Finding no_fault_deeper = no_fault;
  no_fault_deeper.offender->stack.pop_back();
  EXPECT_NE(fingerprint(no_fault), fingerprint(no_fault_deeper));
}

// The library's template calls a function of the user's, which the compiler puts into it.
TEST(Fingerprint, OfAFaultInAFunctionInlinedIntoALibrarysIsTheUsersFunction) {
  Finding fault;
  fault.kind = "null_deref";
  fault.offender = Side{};
  Frame user = frame("Push::less(int, int)", "push.cpp", 20);
  Frame library = frame("std::__insertion_sort<Push*>(Push*)", "/usr/include/c++/12/bits/stl_algo.h", 30);
  user.offset = library.offset = 0x1234;
  fault.offender->stack = {user, library};
  Finding with_nothing_around = fault;
  with_nothing_around.offender->stack = {user};
  EXPECT_EQ(fingerprint(fault), fingerprint(with_nothing_around));
  Finding other = fault;
  other.offender->stack[0].function = "Push::greater(int, int)";
  EXPECT_NE(fingerprint(fault), fingerprint(other));
}

TEST(Fingerprint, DoesNotDependOnWhereTheSourcesOfAPluginLieNorOnLibcsDebugInformation) {
  Finding here = foreign_free();
  here.offender->stack = {frame("free_it(void*)", "/home/me/plugin/frames.cpp", 3, "/home/me/build/frames.so"),
                          frame("start_thread", "./nptl/pthread_create.c", 442, "/lib/x86_64-linux-gnu/libc.so.6")};
  Finding elsewhere = here;
  elsewhere.offender->stack = {frame("free_it(void*)", "/srv/boost/testing/frames.cpp", 3, "/opt/t/frames.so"),
                               frame("", "", 0, "/lib/x86_64-linux-gnu/libc.so.6")};
  EXPECT_EQ(fingerprint(here), fingerprint(elsewhere));
  EXPECT_EQ(fingerprint_frames(here.offender->stack), std::vector<std::string>{"free_it frames.cpp"});
}

TEST(Fingerprint, OfASummaryDoesNotDependOnTheFoldersInIt) {
  Finding here, elsewhere, other;
  here.kind = elsewhere.kind = other.kind = "asan:SEGV";
  here.summary = "SEGV (/home/me/build/server+0x12) in free";
  elsewhere.summary = "SEGV (/opt/x/server+0x34) in free";
  other.summary = "SEGV (/opt/x/client+0x34) in free";
  EXPECT_EQ(fingerprint(here), fingerprint(elsewhere));
  EXPECT_NE(fingerprint(here), fingerprint(other));
}

TEST(Fingerprint, OfADataRaceOnAVariableIsTheVariable) {
  Finding race;
  race.kind = "data_race";
  race.held_by = "cache";
  race.owner = Side{};
  race.owner->stack = {frame("write()", "a.cpp")};
  Finding other_access = race;
  other_access.owner->stack = {frame("read()", "b.cpp")};
  EXPECT_EQ(fingerprint(race), fingerprint(other_access));
  Finding other_variable = race;
  other_variable.held_by = "log";
  EXPECT_NE(fingerprint(race), fingerprint(other_variable));
  race.held_by = other_access.held_by = "";
  EXPECT_NE(fingerprint(race), fingerprint(other_access));
  race.kind = other_access.kind = "foreign_free";
  race.held_by = other_access.held_by = "cache";
  EXPECT_NE(fingerprint(race), fingerprint(other_access));
}

}  // namespace
}  // namespace heapstorm
