// What an address says about the access that a program died of.
#pragma once

#include <cstdint>
#include <optional>

namespace heapstorm {

enum class FaultAddress { null, near_null, wild, non_canonical };

// Nothing known of the address, as when the kernel gives none with its SIGSEGV, means that the processor has no such
// address: a general-protection fault.
FaultAddress classify_address(std::optional<std::uint64_t> address);

// "null", "near null", "wild", "non-canonical".
const char* fault_address_name(FaultAddress kind);

// Whether a SIGSEGV at such an address is a "null_deref"; else it is a "crash".
constexpr bool is_null_dereference(FaultAddress kind) {
  return kind == FaultAddress::null || kind == FaultAddress::near_null;
}

}  // namespace heapstorm
