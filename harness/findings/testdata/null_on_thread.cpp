#include <pthread.h>
#include <sys/prctl.h>
static int* volatile place;
void write_null() { *place = 1; }
void* work(void*) { prctl(PR_SET_NAME, "worker-0"); write_null(); return nullptr; }
int main() { pthread_t thread; pthread_create(&thread, nullptr, work, nullptr); pthread_join(thread, nullptr); }
