#include <pthread.h>
#include <thread>
static int counter;
void add_first() { pthread_setname_np(pthread_self(), "worker-0"); for (int i = 0; i < 1000; ++i) counter = counter + 1; }
void add_second() { pthread_setname_np(pthread_self(), "worker-1"); for (int i = 0; i < 1000; ++i) counter = counter + 2; }
int main() {
  std::thread first(add_first);
  std::thread second(add_second);
  first.join();
  second.join();
}
