#include "harness/findings/stack_end.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

constexpr std::size_t most = 16;
const std::string plugin = "/home/me/frames.so";

Frame frame(std::string function, std::string module, std::uint64_t offset = 0x100) {
  return {std::move(function), "", 0, std::move(module), offset};
}

StackEnd end_of(const std::vector<Frame>& stack) {
  return end_of_walked_stack(stack, stack.size(), most);
}

TEST(StackEnd, IsTheStartOfTheProgramOrOfAThread) {
  for (const char* start : {"main", "start_thread", "execute_native_thread_routine",
                            "std::thread::_State_impl<std::thread::_Invoker<std::tuple<f()::$_0> > >::_M_run()"}) {
    EXPECT_EQ(end_of({frame("f()", plugin), frame(start, "/x")}), StackEnd::whole) << start;
  }
}

TEST(StackEnd, IsTheHostBehindWhichNothingOfTheUsersRuns) {
  std::vector<Frame> stack(most, frame("f()", plugin));
  stack.back() = frame("heapstorm::host::Worker::run(unsigned int)", "/x/target_host");
  EXPECT_EQ(end_of(stack), StackEnd::whole);
  stack.back() = frame("heapstorm::target::(anonymous namespace)::worker_run(void*)", plugin);
  EXPECT_EQ(end_of(stack), StackEnd::whole);
}

TEST(StackEnd, IsLostInCodeWithoutFramePointers) {
  EXPECT_EQ(end_of({frame("f()", plugin), frame("third_party_call", plugin)}), StackEnd::lost);
  EXPECT_EQ(end_of({frame("f()", plugin), frame("msort_with_tmp", "/lib/libc.so.6")}), StackEnd::lost);
  EXPECT_EQ(end_of({frame("f()", plugin), frame("", "")}), StackEnd::lost);
}

TEST(StackEnd, IsLeftOutWhereAsManyFramesAreAsAreKept) {
  const std::vector<Frame> recursion(most, frame("f()", plugin));
  EXPECT_EQ(end_of(recursion), StackEnd::left_out);
  // What was inlined does not count.
  EXPECT_EQ(end_of_walked_stack(recursion, most - 1, most), StackEnd::lost);
}

TEST(StackEnd, OfNoStackIsNotSpokenOf) {
  EXPECT_EQ(end_of({}), StackEnd::whole);
}

void* return_address_of(void* address) {
  *static_cast<void**>(address) = __builtin_extract_return_addr(__builtin_return_address(0));
  return nullptr;
}

// Without debug information, libc's qsort and its start of a thread have equally no names.
TEST(StackEnd, InANamelessFunctionOfLibcIsKnownByWhereThreadsStart) {
  pthread_t thread{};
  void* address = nullptr;
  ASSERT_EQ(::pthread_create(&thread, nullptr, return_address_of, &address), 0);
  ASSERT_EQ(::pthread_join(thread, nullptr), 0);
  Dl_info info{};
  ASSERT_NE(::dladdr(address, &info), 0);
  const std::uint64_t offset =
      reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  EXPECT_EQ(end_of({frame("free_it(void*)", plugin), frame("", info.dli_fname, offset)}), StackEnd::whole);
  EXPECT_EQ(end_of({frame("compare", plugin), frame("", info.dli_fname, offset + 0x1000)}), StackEnd::lost);
  EXPECT_EQ(end_of({frame("f", plugin), frame("", "/elsewhere/libc.so.6", 5)}), StackEnd::whole) << "nobody knows";
}

TEST(StackEnd, IsLostWhereTsanFailedToRestoreIt) {
  const auto findings = parse_sanitizer_log(R"(WARNING: ThreadSanitizer: data race (pid=1)
  Write of size 4 at 0x7b30 by thread T2:
    #0 chat::acquire() chat.cpp:3 (chat+0x10)

  Previous read of size 4 at 0x7b30 by thread T1:
    [failed to restore the stack]

  Thread T1 'worker-0' (tid=4226, finished) created by main thread at:
    #0 pthread_create <null> (chat+0x62ef1)

SUMMARY: ThreadSanitizer: data race chat.cpp:3 in chat::acquire()
)");
  ASSERT_EQ(findings.size(), 1u);
  ASSERT_TRUE(findings[0].owner);
  EXPECT_EQ(findings[0].owner->thread, "worker-0");
  EXPECT_EQ(findings[0].owner->stack_end, StackEnd::lost);
  EXPECT_TRUE(findings[0].owner->stack.empty());
  EXPECT_EQ(findings[0].offender->stack_end, StackEnd::whole);
  EXPECT_FALSE(findings[0].damaged);
}

std::string asan_log(const std::string& frames) {
  return "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\nREAD of size 1 at 0x1 thread T0\n" +
         frames + "\nSUMMARY: AddressSanitizer: heap-use-after-free\n";
}

TEST(StackEnd, OfAsansStacksIsSaidToo) {
  const auto end = [](const std::string& frames) {
    return parse_sanitizer_log(asan_log(frames)).at(0).offender.value_or(Side{}).stack_end;
  };
  EXPECT_EQ(end("    #0 0x1 in f a.cpp:1\n    #1 0x2 in main a.cpp:2\n    #2 0x3  (/lib/libc.so.6+0x27249)\n"),
            StackEnd::whole);
  EXPECT_EQ(end("    #0 0x1 in f a.cpp:1\n    #1 0x2 in third_party b.c:2\n"), StackEnd::lost);
  std::string deep;
  for (int i = 0; i < 30; ++i) deep += "    #" + std::to_string(i) + " 0x" + std::to_string(i + 1) + " in f a.cpp:1\n";
  EXPECT_EQ(end(deep), StackEnd::left_out);
}

TEST(StackEnd, OfValgrindsStacksIsLeftOutAtMost) {
  const auto end = [](int frames) {
    std::string stack;
    for (int i = 0; i < frames; ++i) stack += "<frame><ip>0x" + std::to_string(i + 1) + "</ip><fn>f</fn></frame>";
    return parse_valgrind_xml("<error><kind>InvalidRead</kind><what>Invalid read</what><stack>" + stack +
                              "</stack></error>")
        .at(0)
        .offender.value_or(Side{})
        .stack_end;
  };
  EXPECT_EQ(end(3), StackEnd::whole);
  EXPECT_EQ(end(16), StackEnd::left_out);
}

}  // namespace
}  // namespace heapstorm
