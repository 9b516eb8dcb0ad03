#include "targets/common/worker_loop.h"

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "targets/common/testing/owner_heap.h"

namespace heapstorm::target {
namespace {

// What happens to a Service, in order; and what the test wants done in on_stop.
struct Story {
  std::vector<std::string> events;
  std::function<void(Mailbox&)> on_stop = [](Mailbox&) {};
  std::shared_ptr<Mailbox> mailbox;
  std::thread::id worker;
};

class StoryService : public Service {
 public:
  explicit StoryService(Story& story) : story_(story) {}
  ~StoryService() override { story_.events.emplace_back("died"); }
  void on_start(std::shared_ptr<Mailbox> mailbox) override {
    story_.events.emplace_back("start");
    story_.mailbox = std::move(mailbox);
    story_.worker = std::this_thread::get_id();
  }
  void on_stop() override {
    story_.events.emplace_back("stop");
    story_.on_stop(*story_.mailbox);
  }

 private:
  Story& story_;
};

using WorkerLoopTest = OwnerHeapTest;

// A worker thread from start to end, with `meanwhile` on this one.
void run_worker(Story& story, const std::function<void()>& meanwhile) {
  std::promise<WorkerLoop*> started;
  std::thread worker([&] {
    WorkerLoop loop(std::make_unique<StoryService>(story));
    started.set_value(&loop);
    loop.run();
  });
  WorkerLoop* const loop = started.get_future().get();
  meanwhile();
  loop->wake();
  worker.join();
}

TEST_F(WorkerLoopTest, RunsWhatAnotherThreadPostsOnItsOwnThread) {
  Story story;
  run_worker(story, [&] {
    std::promise<std::thread::id> ran_on;
    story.mailbox->post([&] { ran_on.set_value(std::this_thread::get_id()); });
    EXPECT_EQ(ran_on.get_future().get(), story.worker);
  });
}

TEST_F(WorkerLoopTest, RunsWhatIsPostedUntilTheServiceHasStopped) {
  Story story;
  story.on_stop = [&](Mailbox& mailbox) {
    std::thread([&] { mailbox.post([&] { story.events.emplace_back("mail"); }); }).join();
  };
  run_worker(story, [] {});
  EXPECT_EQ(story.events, (std::vector<std::string>{"start", "stop", "mail", "died"}));
}

TEST_F(WorkerLoopTest, TheLastMailCannotPostMore) {
  Story story;
  story.on_stop = [&](Mailbox& mailbox) {
    mailbox.post([&] {
      story.events.emplace_back("mail");
      mailbox.post([&] { story.events.emplace_back("more"); });
    });
  };
  run_worker(story, [] {});
  EXPECT_EQ(story.events, (std::vector<std::string>{"start", "stop", "mail", "died"}));
}

TEST_F(WorkerLoopTest, DropsWhatIsPostedLater) {
  Story story;
  run_worker(story, [] {});
  const auto content = std::make_shared<int>();
  story.mailbox->post([&, content] { story.events.emplace_back("mail"); });
  EXPECT_EQ(content.use_count(), 1) << "the letter still lies somewhere";
  EXPECT_EQ(story.events, (std::vector<std::string>{"start", "stop", "died"}));
}

}  // namespace
}  // namespace heapstorm::target
