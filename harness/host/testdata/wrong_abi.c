/* A plugin of an ABI version that never was. The host must refuse it without calling any of its functions. */
#include "harness/abi/target.h"

const heapstorm_target* heapstorm_target_table(void) {
  static const heapstorm_target table = {
      .abi_version = 99, .struct_bytes = sizeof(heapstorm_target), .family = "wrong_abi"};
  return &table;
}
