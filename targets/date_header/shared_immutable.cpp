#include <memory>
#include <mutex>
#include <string>

#include "targets/date_header/date_format.h"
#include "targets/date_header/date_service.h"
#include "targets/date_header/variants.h"

namespace heapstorm::targets::date_header {

namespace {

// A second and its text, for all threads.
struct Date {
  std::int64_t time;
  std::string text;
};

struct Cache {
  std::mutex mutex;
  std::shared_ptr<const Date> date;
};

// One date for all threads, in the process's memory and never changed once it is here. A new second swaps it for
// another in one step; the old one lives until the last worker that refers to it has let it go. Counts of references
// are atomic, and any thread may free it.
Cache& date_cache() {
  static Cache cache;
  return cache;
}

std::shared_ptr<const Date> date_of(std::int64_t now) {
  Cache& cache = date_cache();
  const std::lock_guard lock(cache.mutex);
  if (cache.date == nullptr || now != cache.date->time) {
    cache.date = std::make_shared<const Date>(Date{now, format_date(now)});
  }
  return cache.date;
}

}  // namespace

class SharedImmutable final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;

 private:
  std::shared_ptr<const Date> date_;  // what this worker refers to
};

// The lock is needed once a second, when this worker's own reference is out of date.
std::string_view SharedImmutable::date_header() {
  const std::int64_t now = host_.clock_seconds();
  if (date_ == nullptr || now != date_->time) date_ = date_of(now);
  return date_->text;
}

target::Variant describe_shared_immutable() {
  return {.name = "shared_immutable",
          .summary = "one immutable date for all threads, swapped in one step and counted by reference",
          .models = "swoole-src #5507",
          .make_module = target::make_module<SharedImmutable>};
}

}  // namespace heapstorm::targets::date_header
