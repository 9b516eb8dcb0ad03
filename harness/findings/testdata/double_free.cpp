#include <thread>
static char* block;
void make_block() { block = new char[45]; }
void drop_block() { delete[] block; }
void drop_again() { delete[] block; }
int main() {
  make_block();
  std::thread(drop_block).join();
  drop_again();
}
