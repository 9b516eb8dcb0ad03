#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/owned_string.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

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

class ThreadLocalReleased final : public DateService {
 public:
  using DateService::DateService;
  ~ThreadLocalReleased() override;
  std::string_view date_header() override;
};

// The worker's stop hook, while its heap still lives: it leaves nothing for the destructor of the thread's variable.
ThreadLocalReleased::~ThreadLocalReleased() {
  date_cache().clear();
}

std::string_view ThreadLocalReleased::date_header() {
  Cache& cache = date_cache();
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    cache.clear();
    cache.time = now;
    cache.date = OwnedString::create(format_date(now), tag_);
  }
  return cache.date->view();
}

target::Variant describe_thread_local_released() {
  return {.name = "thread_local_released",
          .summary = "a cache for each thread whose destructor comes too late, so the stop hook empties it",
          .models = "swoole-src #5507, its first fix",
          .make_module = target::make_module<ThreadLocalReleased>};
}

}  // namespace heapstorm::targets::date_header
