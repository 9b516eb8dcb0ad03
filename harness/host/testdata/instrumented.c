/* What looks like a plugin that sanitizers have instrumented, whatever compiler builds it: it refers to the
 * initialisers of those named by HEAPSTORM_LOOKS_LIKE_ASAN and _TSAN. It must be refused without being loaded, so it
 * has no table. */
void __asan_init(void);
void __tsan_init(void);

void initialise(void) {
#ifdef HEAPSTORM_LOOKS_LIKE_ASAN
  __asan_init();
#endif
#ifdef HEAPSTORM_LOOKS_LIKE_TSAN
  __tsan_init();
#endif
}
