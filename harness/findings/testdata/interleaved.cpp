// Another thread goes on logging to stderr while the sanitizer writes its report there.
#include <unistd.h>

#include <string_view>
#include <thread>
static char* block;
void make_block() { block = new char[45]; }
void drop_block() { delete[] block; }
char read_block() { return block[3]; }
void log_for_ever() {
  constexpr std::string_view line = "connection closed\n";
  while (write(STDERR_FILENO, line.data(), line.size()) > 0) usleep(200);
}
int main() {
  std::thread(log_for_ever).detach();
  make_block();
  drop_block();
  usleep(2000);
  return read_block();
}
