#include <cstdlib>
static char* volatile place;
void free_inside() { std::free(place + 1); }
int main() { place = static_cast<char*>(std::malloc(45)); free_inside(); }
