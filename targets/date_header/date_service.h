// An echo server with a Date header: what all variants of this family share. They differ in who keeps the header's
// value.
#pragma once

#include <cstdint>

#include "harness/heap/heap.h"
#include "targets/common/service.h"

namespace heapstorm::targets::date_header {

// What all variants know: the clock, and the tag of their blocks.
class DateService : public target::Service {
 public:
  explicit DateService(const target::Host& host) : host_(host) {}

 protected:
  const target::Host host_;
  const std::uint16_t tag_ = heapstorm_name("date_header");
};

}  // namespace heapstorm::targets::date_header
