#include "targets/common/helper_thread.h"

#include <vector>

#include "targets/common/owned_buffer.h"
#include "targets/common/testing/owner_heap.h"

namespace heapstorm::target {
namespace {

using HelperThreadTest = OwnerHeapTest;

TEST_F(HelperThreadTest, DoesJobsInTheOrderOfSubmissionOnAThreadOfItsOwn) {
  HelperThread helper("helper");
  std::vector<int> done;
  std::thread::id thread;
  helper.submit(1, [&] { done.push_back(1); });
  helper.submit(2, [&] { done.push_back(2), thread = std::this_thread::get_id(); });
  helper.finish_submitted();
  EXPECT_EQ(done, (std::vector{1, 2}));
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST_F(HelperThreadTest, DoesWhatIsSubmittedBeforeItEnds) {
  int done = 0;
  {
    HelperThread helper("helper");
    for (int i = 0; i < 100; ++i) helper.submit(0, [&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST_F(HelperThreadTest, HasTheHeapThatItsJobsUse) {
  HelperThread helper("helper");
  heapstorm_heap* used = nullptr;
  helper.submit(0, [&] { used = heapstorm_heap_current(); });
  helper.finish_submitted();
  EXPECT_EQ(used, helper.heap());
  EXPECT_NE(used, heapstorm_heap_current());
}

TEST_F(HelperThreadTest, MayFreeWhatWasTransferredToIt) {
  const std::uint64_t before = violations();
  HelperThread helper("helper");
  OwnedBuffer* const buffer = OwnedBuffer::create("hello", heapstorm_name("test"));
  ASSERT_EQ(heapstorm_transfer(buffer, helper.heap()), 0);
  helper.submit(0, [buffer] { buffer->destroy(); });
  helper.finish_submitted();
  EXPECT_EQ(violations(), before);
}

}  // namespace
}  // namespace heapstorm::target
