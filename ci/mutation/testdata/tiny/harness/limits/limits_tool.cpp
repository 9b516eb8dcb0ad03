#include <cstdlib>

#include "harness/limits/limits.h"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  return is_small(std::atoi(arguments[1])) ? 0 : 1;
}
