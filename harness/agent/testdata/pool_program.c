/* pool_program THREADS ROUNDS: each thread takes blocks from a pool and gives them back, by calls inside this program.
 * Then it says how many calls there were. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void* pool_get(size_t bytes);
void* pool_grow(void* block, size_t bytes);
void pool_put(void* block);

__attribute__((noinline, visibility("hidden"))) void* pool_get(size_t bytes) {
  void* const block = malloc(bytes + 16);
  if (block != NULL) memset(block, 1, bytes);
  return block;
}

/* By the two others: the calls of a contract's functions that are not the program's own. */
__attribute__((noinline, visibility("hidden"))) void* pool_grow(void* block, size_t bytes) {
  void* const larger = pool_get(bytes);
  if (larger != NULL) memcpy(larger, block, 8);
  pool_put(block);
  return larger;
}

__attribute__((noinline, visibility("hidden"))) void pool_put(void* block) {
  if (block != NULL) memset(block, 2, 8);
  free(block);
}

static long rounds;

static void* run(void* unused) {
  double sum = 0.5;
  for (long i = 0; i < rounds; ++i) {
    unsigned char* block = pool_get((size_t)(i % 100) + 8);
    block = pool_grow(block, (size_t)(i % 100) + 200);
    sum += block[8] * 1.5;
    pool_put(block);
  }
  return sum == 0.5 + 1.5 * (double)rounds ? unused : (void*)1;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int threads = atoi(argv[1]);
  rounds = atol(argv[2]);
  pthread_t running[64];
  void* wrong = NULL;
  for (int i = 0; i < threads; ++i) pthread_create(&running[i], NULL, run, NULL);
  for (int i = 0; i < threads; ++i) {
    void* result = NULL;
    pthread_join(running[i], &result);
    if (result != NULL) wrong = result;
  }
  printf("%d threads, %ld rounds\n", threads, rounds);
  return wrong == NULL ? 0 : 1;
}
