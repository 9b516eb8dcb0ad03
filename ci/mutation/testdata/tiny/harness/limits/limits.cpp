#include "harness/limits/limits.h"

int at_most(int value, int most) {
  if (value < most) return value;
  return most;
}

bool is_small(int value) {
  return value < 10;
}
