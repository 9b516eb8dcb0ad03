#include <cstdlib>
static char arena[96];
void free_inside(void* pointer) { std::free(pointer); }
int main(int count, char**) {
  char local[32];
  free_inside(count == 1 ? arena + 8 : local);
}
