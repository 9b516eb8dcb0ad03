#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/owned_string.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

// DEFECT (what the thread-local fix of swoole-src #5507 left behind): the cache of a thread outlives the heap that its
// string lives in. A worker that has sent one response ends: its stop hook runs, its heap goes down, and only then the
// thread's variables are destroyed, and this destructor releases a string of a heap that is no more.
// Expected finding: owner_exited_free, tag date_header, owner and offender the same worker, before and after its end.
struct Cache {
  ~Cache() { clear(); }
  void clear() {
    if (date != nullptr) date->release();
    time = 0;
    date = nullptr;
  }

  std::int64_t time = 0;
  OwnedString* date = nullptr;
};

Cache& date_cache() {
  static thread_local Cache cache;
  return cache;
}

}  // namespace

class ThreadLocalUnreleased final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

std::string_view ThreadLocalUnreleased::date_header() {
  Cache& cache = date_cache();
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    cache.clear();
    cache.time = now;
    cache.date = OwnedString::create(format_date(now), tag_);
  }
  return cache.date->view();
}

target::Variant describe_thread_local_unreleased() {
  return {.name = "thread_local_unreleased",
          .summary = "a cache for each thread, released only after the thread's heap has gone down",
          .models = "swoole-src #5507, its first fix",
          .buggy = true,
          .make_module = target::make_module<ThreadLocalUnreleased>,
          .expects = {{"owner_exited_free", "date_header"}}};
}

}  // namespace heapstorm::targets::date_header
