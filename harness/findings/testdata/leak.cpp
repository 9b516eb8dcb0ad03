static void* volatile kept;
void leak_block() { kept = new int[10]; kept = nullptr; }
int main() {
  leak_block();
  return 0;
}
