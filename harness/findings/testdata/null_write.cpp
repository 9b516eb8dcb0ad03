static int* volatile nothing;
void write_null() { *nothing = 1; }
int main() { write_null(); }
