/* As much data as is looked at of one module, untouched: it costs no memory. */
char heapstorm_test_large[64 << 20];
