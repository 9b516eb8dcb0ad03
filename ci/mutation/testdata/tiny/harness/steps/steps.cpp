#include "harness/steps/steps.h"

#define STEPS_CHECK(condition) \
  if (!(condition)) __builtin_trap()

Steps steps_between(int from, int to) {
  STEPS_CHECK(from <= to);
  int count = 0;
  while (from != to) {
    ++from;
    ++count;
  }
  return Steps(count);
}
