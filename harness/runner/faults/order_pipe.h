// An OrderPipe: what the plan tells the workers of target_host, on its way there; counted in the black box before it is
// given and after it is carried out.
#pragma once

#include <cstdint>
#include <stop_token>

#include "harness/abi/worker_order.h"
#include "harness/base/result.h"
#include "harness/files/unique_fd.h"
#include "harness/process/process.h"
#include "harness/runner/box/black_box_file.h"

namespace heapstorm {

// Made before the target starts; after that used by the storm's thread only.
class OrderPipe {
 public:
  // Without a pipe if nobody will give orders. `box` must outlive it.
  static Result<OrderPipe> create(bool are_given, BlackBoxFile& box);

  // Lets the target inherit its end of the pipe.
  void hand_to(ProcessOptions& target) const;

  // False: the pipe is full, or there is none.
  bool give(const heapstorm_worker_order& order);
  // Of this kind: given, and not yet carried out.
  bool has_open(std::uint32_t kind) const;
  // Until there are none, or 10 s are over, or `stop`.
  void await(std::uint32_t kind, const std::stop_token& stop) const;

 private:
  explicit OrderPipe(BlackBoxFile& box) : box_(&box) {}

  BlackBoxFile* box_;
  std::uint64_t given_[HEAPSTORM_ORDER_KINDS] = {};
  // Kept open, so that a write after the target's death is no SIGPIPE.
  UniqueFd reading_;
  UniqueFd writing_;
};

}  // namespace heapstorm
