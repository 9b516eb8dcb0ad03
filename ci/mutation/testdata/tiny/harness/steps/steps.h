// Counts steps. Tested well.
#pragma once

struct Steps {
  explicit Steps(int steps) : count(steps) {}
  int count;
};

Steps steps_between(int from, int to);
