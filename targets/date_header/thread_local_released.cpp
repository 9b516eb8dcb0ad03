#include "targets/date_header/date_format.h"
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

}  // namespace heapstorm::targets::date_header
