#include <array>
#include <mutex>
#include <string>

#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
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

class LockedCopy final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;

 private:
  std::string copy_;  // of the latest response
};

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

target::Variant describe_locked_copy() {
  return {.name = "locked_copy",
          .summary = "one text buffer for all threads, written and copied out under a lock",
          .models = "swoole-src #5507, the copy for HTTP/2",
          .make_module = target::make_module<LockedCopy>};
}

}  // namespace heapstorm::targets::date_header
