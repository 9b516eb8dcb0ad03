void* heapstorm_test_variable;
