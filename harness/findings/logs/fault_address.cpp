#include "harness/findings/logs/fault_address.h"

#include "harness/findings/finding.h"

namespace heapstorm {
namespace {

// x86-64 with four levels of page tables, and arm64 as Linux sets it up: 48 bits, the others like the highest of these.
constexpr std::uint64_t end_of_lower_half = 1ull << 47;

}  // namespace

FaultAddress classify_address(std::optional<std::uint64_t> address) {
  if (!address) return FaultAddress::non_canonical;
  if (*address == 0) return FaultAddress::null;
  if (*address < null_neighbourhood_bytes) return FaultAddress::near_null;
  const bool canonical = *address < end_of_lower_half || *address >= 0 - end_of_lower_half;
  return canonical ? FaultAddress::wild : FaultAddress::non_canonical;
}

const char* fault_address_name(FaultAddress kind) {
  switch (kind) {
    case FaultAddress::null:
      return "null";
    case FaultAddress::near_null:
      return "near null";
    case FaultAddress::wild:
      return "wild";
    case FaultAddress::non_canonical:
      break;
  }
  return "non-canonical";
}

}  // namespace heapstorm
