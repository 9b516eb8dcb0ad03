#include <array>
#include <mutex>

#include "targets/date_header/date_format.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

struct Cache {
  std::mutex mutex;
  std::int64_t time;
  std::size_t length;
  std::array<char, 64> date;
};

// One buffer for all threads, written and read under its lock. What leaves the lock is a copy.
Cache& date_cache() {
  static Cache cache;
  return cache;
}

}  // namespace

std::string_view LockedCopy::date_header() {
  Cache& cache = date_cache();
  const std::lock_guard lock(cache.mutex);
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    cache.time = now;
    host_.yield_point();  // as in static_char_buffer
    cache.length = format_date(now).copy(cache.date.data(), cache.date.size());
  }
  copy_.assign(cache.date.data(), cache.length);
  return copy_;
}

}  // namespace heapstorm::targets::date_header
