#include <climits>
int grow(int value) { return value + 1; }
int main(int count, char**) { return grow(INT_MAX - 1 + count) == 0; }
