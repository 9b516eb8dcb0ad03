#include <mutex>
static std::mutex left, right;
void left_first() { std::lock_guard a(left); std::lock_guard b(right); }
void right_first() { std::lock_guard a(right); std::lock_guard b(left); }
int main() {
  left_first();
  right_first();
}
