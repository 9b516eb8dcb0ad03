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

// DEFECT (swoole-src #5507): one cache for all threads holds a string that belongs to the heap of one. A response on
// worker A in one second stores A's string; the first response of another second on worker B releases it there.
// Expected finding: foreign_free, tag date_header, owner A, offender B. And `time` is published before `date`: a thread
// that reads between the two stores gets the null or released `date` of before (data_race in the tsan flavour; with a
// fast clock, in any, a crash).
Cache& date_cache() {
  static Cache cache;
  return cache;
}

}  // namespace

class StaticCache final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

std::string_view StaticCache::date_header() {
  Cache& cache = date_cache();
  const std::int64_t now = host_.clock_seconds();
  if (now != cache.time) {
    if (cache.date != nullptr) cache.date->release();
    cache.time = now;
    cache.date = OwnedString::create(format_date(now), tag_);
  }
  return cache.date->view();
}

target::Variant describe_static_cache() {
  return {.name = "static_cache",
          .summary = "one static cache for all threads, holding a string of one thread's heap",
          .models = "swoole-src #5507",
          .buggy = true,
          .make_module = target::make_module<StaticCache>,
          .expects = {{"foreign_free", "date_header"}, {"data_race", ""}}};
}

}  // namespace heapstorm::targets::date_header
