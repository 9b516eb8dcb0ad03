#include "targets/worker_reload/reload_service.h"

#include <string>

namespace heapstorm::targets::worker_reload {

namespace {

constexpr std::uint32_t remembered = 64;

}  // namespace

Visitor::~Visitor() {
  const std::uint32_t number = number_;
  visitors_.erase(number);
}

void ReloadService::on_open(target::Connection& connection) {
  release_cache();
  cache_.answer = target::OwnedBuffer::create("hello " + std::to_string(connection.number()), tag_);
  remember(connection.number() % remembered);
}

// In the place of an earlier visitor.
void ReloadService::remember(std::uint32_t number) {
  visitors_.extract(number);
  visitors_.try_emplace(number, visitors_, number);
}

void ReloadService::release_cache() {
  if (cache_.answer != nullptr) cache_.answer->destroy();
  cache_.answer = nullptr;
}

void ReloadService::dismiss_visitors() {
  while (!visitors_.empty()) visitors_.extract(visitors_.begin());
}

}  // namespace heapstorm::targets::worker_reload
