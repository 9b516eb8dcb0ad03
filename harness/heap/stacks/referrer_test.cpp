// Which variable is named of several that refer to a block, and that none hides another.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

void* variable_of_the_executable = nullptr;

// A library with more data than is looked at of one module, and a small one that is loaded after it. Both stay loaded,
// so that a child has them at the same places.
void load(const char* name) {
  const std::string path = std::string(HEAPSTORM_HEAP_TEST_LIBRARIES) + "/" + name;
  ASSERT_NE(dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL), nullptr) << dlerror();
}

class Referrer : public testing::Test {
 protected:
  void SetUp() override {
    load("large_library.so");
    load("small_library.so");
    variable_of_the_library_ = static_cast<void**>(dlsym(RTLD_DEFAULT, "heapstorm_test_variable"));
    ASSERT_NE(variable_of_the_library_, nullptr);
  }

  // Where the pointer was found that another thread frees, after `keep` has put it somewhere.
  static const void* found_after(const std::function<void(char* block)>& keep) {
    HeapChild child(test_options(HEAPSTORM_BACKEND_MIMALLOC), [&keep] {
      auto* block = static_cast<char*>(heapstorm_allocate(45, 0));
      keep(block);
      std::thread([block] { heapstorm_free(block); }).join();
    });
    EXPECT_TRUE(child.exited_cleanly());
    return reinterpret_cast<const void*>(child.only_finding().held_at);
  }

  void** variable_of_the_library_ = nullptr;
};

TEST_F(Referrer, IsFoundInTheExecutableWhateverTheLibrariesHave) {
  EXPECT_EQ(found_after([](char* block) { variable_of_the_executable = block; }), &variable_of_the_executable);
}

TEST_F(Referrer, IsFoundInALibraryBehindALargerOne) {
  EXPECT_EQ(found_after([this](char* block) { *variable_of_the_library_ = block; }), variable_of_the_library_);
}

// In a target_host the executable has no variable of the target's, but perhaps a sanitizer's.
TEST_F(Referrer, OfALibraryComesFirstAlsoIfItPointsIntoTheBlock) {
  EXPECT_EQ(found_after([this](char* block) {
              *variable_of_the_library_ = block + 8;
              variable_of_the_executable = block;
            }),
            variable_of_the_library_);
}

TEST_F(Referrer, PointsIntoTheBlockIfNoneHoldsItsFirstByte) {
  EXPECT_EQ(found_after([](char* block) { variable_of_the_executable = block + 44; }), &variable_of_the_executable);
  EXPECT_EQ(found_after([](char* block) { variable_of_the_executable = block + 45; }), nullptr);
}

}  // namespace
}  // namespace heapstorm::heap
