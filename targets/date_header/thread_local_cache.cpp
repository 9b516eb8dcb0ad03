#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/owned_string.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

struct Cache {
  std::int64_t time;
  OwnedString* date;
};

// A cache for each thread: its string never leaves the thread whose heap it lives in.
Cache& date_cache() {
  static thread_local Cache cache;
  return cache;
}

}  // namespace

class ThreadLocalCache final : public DateService {
 public:
  using DateService::DateService;
  ~ThreadLocalCache() override;
  std::string_view date_header() override;
};

// The cache outlives the worker's heap, so its string must go before: here, on the worker's thread, while the heap
// still lives.
ThreadLocalCache::~ThreadLocalCache() {
  if (date_cache().date != nullptr) date_cache().date->release();
  date_cache() = {};
}

std::string_view ThreadLocalCache::date_header() {
  Cache& cache = date_cache();
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    if (cache.date != nullptr) cache.date->release();
    cache.time = now;
    cache.date = OwnedString::create(format_date(now), tag_);
  }
  return cache.date->view();
}

target::Variant describe_thread_local_cache() {
  return {.name = "thread_local_cache",
          .summary = "a cache for each thread, released before the thread's heap goes down",
          .models = "swoole-src #5507",
          .make_module = target::make_module<ThreadLocalCache>};
}

}  // namespace heapstorm::targets::date_header
