#include <array>

#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

struct Cache {
  std::int64_t time;
  std::size_t length;
  std::array<char, 64> date;
};

// DEFECT (the HTTP/2 copy of swoole-src #5507, which stayed a year longer): one buffer for all threads, and no lock.
// The first response of a new second on worker A overwrites the text while worker B still copies it, so that B sends
// parts of two dates; and `time` is published before the text, so that B may send the date of before, or an empty one.
// Expected finding: data_race, in the tsan flavour. There is no pointer into a heap, so no allocator and no crash
// notices it: the torn date has its right length and form.
Cache& date_cache() {
  static Cache cache;
  return cache;
}

}  // namespace

class StaticCharBuffer final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

std::string_view StaticCharBuffer::date_header() {
  Cache& cache = date_cache();
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    cache.time = now;
    host_.yield_point();  // who sleeps here leaves the others the old text
    cache.length = format_date(now).copy(cache.date.data(), cache.date.size());
  }
  return {cache.date.data(), cache.length};
}

target::Variant describe_static_char_buffer() {
  return {.name = "static_char_buffer",
          .summary = "one static text buffer for all threads, overwritten while others read it",
          .models = "swoole-src #5507, the copy for HTTP/2",
          .buggy = true,
          .make_module = target::make_module<StaticCharBuffer>,
          .expects = {{"data_race", ""}}};
}

}  // namespace heapstorm::targets::date_header
