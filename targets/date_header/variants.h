// The Services of this family: echo servers that differ only in where they keep the value of the Date header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

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

class StaticCharBuffer final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

class ThreadLocalUnreleased final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;
};

class ThreadLocalReleased final : public DateService {
 public:
  using DateService::DateService;
  ~ThreadLocalReleased() override;
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

class LockedCopy final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;

 private:
  std::string copy_;  // of the latest response
};

// A second and its text, for all threads.
struct Date {
  std::int64_t time;
  std::string text;
};

class SharedImmutable final : public DateService {
 public:
  using DateService::DateService;
  std::string_view date_header() override;

 private:
  std::shared_ptr<const Date> date_;  // what this worker refers to
};

}  // namespace heapstorm::targets::date_header
