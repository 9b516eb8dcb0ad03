#include "harness/storm/fault_catalogue.h"

#include "harness/storm/faults/close_faults.h"
#include "harness/storm/faults/protocol_faults.h"

namespace heapstorm {

const char* wire_of(CloseKind kind) {
  return close_fault(kind).wire;
}

const char* wire_of(ProtocolFault fault) {
  return protocol_fault(fault).wire;
}

bool is_answered(CloseKind kind) {
  return close_fault(kind).is_answered;
}

}  // namespace heapstorm
