#include <thread>
static char* block;
void make_block() { block = new char[45]; }
void drop_block() { delete[] block; }
char read_block() { return block[3]; }
int main() {
  make_block();
  std::thread(drop_block).join();
  return read_block();
}
