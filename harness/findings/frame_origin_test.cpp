#include "harness/findings/frame_origin.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

Frame frame(std::string function, std::string file, std::string module) {
  const std::uint32_t line = file.empty() ? 0 : 7;
  return {std::move(function), std::move(file), line, std::move(module), 0x100};
}

const std::string plugin = "/home/me/build/lib/heapstorm/plain/targets/frames.so";
const std::string host = "/opt/heapstorm/lib/heapstorm/plain/target_host";
const std::string libc = "/lib/x86_64-linux-gnu/libc.so.6";

std::string place(const std::vector<Frame>& stack) {
  const Frame* frame = reading_frame(stack);
  return frame == nullptr ? "none" : frame->function;
}

TEST(ReadingFrame, IsNeverLibcsThoughItsSourceIsKnownAndTheUsersIsElsewhere) {
  EXPECT_EQ(
      place({frame("heapstorm_free", "harness/heap/heap.cpp", host),
             frame("renew_from_comparator", "/home/me/frames.cpp", plugin),
             frame("compare_and_renew", "/home/me/frames.cpp", plugin), frame("msort_with_tmp", "msort.c", libc)}),
      "renew_from_comparator");
  EXPECT_EQ(place({frame("free_it", "/home/me/frames.cpp", plugin), frame("start_thread", "pthread_create.c", libc)}),
            "free_it");
  EXPECT_EQ(place({frame("Table::~Table()", "/home/me/table.cpp", plugin),
                   frame("heapstorm::host::run_host()", "harness/host/host.cpp", host),
                   frame("main", "harness/host/main.cpp", host),
                   frame("__libc_start_call_main", "sysdeps/nptl/libc_start_call_main.h", libc)}),
            "Table::~Table()");
}

TEST(ReadingFrame, SkipsTheScaffoldingOnlyWhereThePluginHasAFrameOfItsOwn) {
  const Frame scaffolding =
      frame("heapstorm::target::HttpSession::read()", "targets/common/sessions/http_session.cpp", plugin);
  const Frame installed =
      frame("heapstorm::target::HelperThread::run()", "/opt/heapstorm/include/targets/common/h.h", plugin);
  EXPECT_EQ(place({scaffolding, installed, frame("Pages::on_request()", "/home/me/pages.cpp", plugin)}),
            "Pages::on_request()");
  EXPECT_EQ(place({frame("free", "", libc), scaffolding, frame("main", "harness/host/main.cpp", host)}),
            scaffolding.function);
}

TEST(ReadingFrame, OfAProgramWithTheHeapInsideIsTheProgramsOwn) {
  const std::string program = "/home/me/server";
  EXPECT_EQ(
      place({frame("heapstorm::heap::free_block()", "", program), frame("heapstorm_free", "", program),
             frame("std::default_delete<A>::operator()(A*) const", "/usr/include/c++/12/bits/unique_ptr.h", program),
             frame("Cache::drop(int)", "/home/me/cache.cpp", program), frame("main", "/home/me/main.cpp", program)}),
      "Cache::drop(int)");
}

TEST(ReadingFrame, OfAStaticProgramIsNotTheLibcInside) {
  const std::string program = "/home/me/static_server";
  EXPECT_EQ(place({frame("__memcpy_avx_unaligned", "", program), frame("msort_with_tmp.part.0", "", program),
                   frame("qsort_r", "", program), frame("sort_all", "", program), frame("main", "", program)}),
            "sort_all");
  EXPECT_EQ(place({frame("qsort_r", "stdlib/msort.c", program), frame("compare", "string/compare.c", program)}),
            "compare");
}

TEST(ReadingFrame, OfALogWithoutModulesIsFoundByNameAndSource) {
  EXPECT_EQ(
      place({frame("__interceptor_free", "", ""), frame("free", "/build/llvm/compiler-rt/lib/asan/asan_malloc.cpp", ""),
             frame("void std::__invoke_impl<void>(int)", "/usr/lib/gcc/../include/c++/12/bits/invoke.h", ""),
             frame("handle", "server.c", ""), frame("start_thread", "nptl/pthread_create.c", ""),
             frame("clone3", "sysdeps/unix/sysv/linux/x86_64/clone3.S", "")}),
      "handle");
}

TEST(ReadingFrame, IsTheProgramsBeforeItsLibrariesAndTheirsBeforeInstalledOnes) {
  const Frame own_library = frame("store::put", "/home/me/store.cpp", "/home/me/build/libstore.so");
  const Frame installed = frame("CRYPTO_free", "crypto/mem.c", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3");
  const Frame program = frame("serve", "/home/me/serve.cpp", "/home/me/build/server");
  const Frame start = frame("main", "/home/me/main.cpp", "/home/me/build/server");
  EXPECT_EQ(place({installed, own_library, program, start}), "serve");
  EXPECT_EQ(place({installed, own_library, start}), "store::put") << "that main called it says nothing";
  EXPECT_EQ(place({installed, start}), "main");
  EXPECT_EQ(place({frame("free", "", libc), installed}), "CRYPTO_free");
  EXPECT_EQ(place({frame("CRYPTO_free", "", "libcrypto.so.3"), frame("serve", "", "server")}), "serve");
}

TEST(ReadingFrame, PrefersALineToAModuleAlone) {
  EXPECT_EQ(place({frame("closed_source", "", plugin), frame("on_message", "/home/me/frames.cpp", plugin)}),
            "on_message");
  EXPECT_EQ(place({frame("closed_source", "", plugin), frame("f", "msort.c", libc)}), "closed_source");
}

TEST(FrameOrigin, OfAProgramsFunctionThatIsNamedLikeLibcsIsTheProgram) {
  EXPECT_EQ(origin_of(frame("exit", "/home/me/game.c", "/home/me/game")), FrameOrigin::program);
  EXPECT_EQ(origin_of(frame("exit", "", "/home/me/game")), FrameOrigin::runtime);
  EXPECT_EQ(origin_of(frame("start_thread", "pool.c", "/home/me/game")), FrameOrigin::program);
  EXPECT_EQ(origin_of(frame("start_thread", "", "")), FrameOrigin::runtime);
}

TEST(FrameOrigin, DoesNotDependOnWhereTheSourcesLie) {
  for (const std::string folder :
       {"/home/me/boost/app/", "/srv/harness/heap/", "/mnt/sysdeps/", "src/", "/usr/src/app/"}) {
    EXPECT_EQ(origin_of(frame("app::run()", folder + "run.cpp", plugin)), FrameOrigin::program) << folder;
  }
}

TEST(QualifiedName, IsWithoutTypesAndParameters) {
  EXPECT_EQ(qualified_name("void std::__invoke_impl<void, void (*)()>(std::__invoke_other, void (*&&)())"),
            "std::__invoke_impl<void, void (*)()>");
  EXPECT_EQ(qualified_name("(anonymous namespace)::f(int)"), "(anonymous namespace)::f");
  EXPECT_EQ(qualified_name("bool (anonymous namespace)::f<int>(int)"), "(anonymous namespace)::f<int>");
  EXPECT_EQ(qualified_name("operator delete[](void*)"), "operator delete[]");
  EXPECT_EQ(qualified_name("bool a::operator<(a const&)"), "a::operator<");
  EXPECT_EQ(qualified_name("operators::run(int)"), "operators::run");
  EXPECT_EQ(qualified_name("main"), "main");
  EXPECT_EQ(qualified_name("f(((("), "f");
  EXPECT_EQ(qualified_name("<<<<"), "<<<<");
  EXPECT_EQ(qualified_name(""), "");
}

TEST(UsersVariable, IsNoDetectorsAndNoLibrarys) {
  EXPECT_TRUE(is_users_variable("date_header::cache", plugin));
  EXPECT_FALSE(is_users_variable("__asan::ScopedInErrorReport::current_error_", host));
  EXPECT_FALSE(is_users_variable("heapstorm::heap::the_process", "/home/me/server"));
  EXPECT_FALSE(is_users_variable("main_arena", libc));
}

}  // namespace
}  // namespace heapstorm
