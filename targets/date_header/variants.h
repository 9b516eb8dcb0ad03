// The Services of this family: echo servers that differ only in where they keep the value of the Date header.
#pragma once

#include <cstdint>

#include "harness/heap/heap.h"
#include "targets/common/service.h"
#include "targets/date_header/owned_string.h"

namespace heapstorm::targets::date_header {

// What all variants know: the clock, and the tag of their blocks.
class DateService : public target::Service {
 public:
  explicit DateService(const target::Host& host) : host_(host) {}

 protected:
  const target::Host host_;
  const std::uint16_t tag_ = heapstorm_name("date_header");
};

class StaticCache final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

class ThreadLocalCache final : public DateService {
 public:
  using DateService::DateService;
  ~ThreadLocalCache() override;
  std::string_view date_header() override;
};

class PerRequest final : public DateService {
 public:
  using DateService::DateService;
  ~PerRequest() override;
  std::string_view date_header() override;

 private:
  OwnedString* date_ = nullptr;  // of the latest response
};

}  // namespace heapstorm::targets::date_header
