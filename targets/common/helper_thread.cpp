#include "targets/common/helper_thread.h"

#include <sys/prctl.h>

#include <future>
#include <utility>

namespace heapstorm::target {

HelperThread::HelperThread(const char* name) : thread_([this, name] { run(name); }) {
  finish_submitted();
}

HelperThread::~HelperThread() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void HelperThread::submit(std::uint32_t connection, std::function<void()> job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back({connection, std::move(job)});
  }
  changed_.notify_one();
}

void HelperThread::finish_submitted() {
  std::promise<void> done;
  submit(0, [&done] { done.set_value(); });
  done.get_future().wait();
}

HelperThread::Job HelperThread::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
  if (jobs_.empty()) return {};
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void HelperThread::run(const char* name) {
  prctl(PR_SET_NAME, name);  // ASan learns a thread's name by this call, and not by pthread_setname_np
  heapstorm_thread_register(name);
  heap_ = heapstorm_heap_current();
  while (const Job job = take()) {
    heapstorm_context(job.connection, 0, 0);
    job.run();
  }
  heapstorm_thread_retire();
}

}  // namespace heapstorm::target
