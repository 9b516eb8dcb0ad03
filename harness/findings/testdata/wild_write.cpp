// Writes to an address that no page has; with an argument: to one that the processor has not.
static int* volatile place;
__attribute__((noinline)) void write_there() { *place = 1; }
int main(int count, char**) {
  place = reinterpret_cast<int*>(count > 1 ? 0x4141414141414140 : 0x414141414140);
  write_there();
}
