#include "harness/limits/limits.h"

int main() {
  bool correct = at_most(3, 5) == 3 && at_most(7, 5) == 5 && is_small(2);
  return correct ? 0 : 1;
}
