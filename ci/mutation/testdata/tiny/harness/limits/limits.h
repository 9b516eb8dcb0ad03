// Keeps numbers within limits. Tested badly.
#pragma once

int at_most(int value, int most);
bool is_small(int value);
