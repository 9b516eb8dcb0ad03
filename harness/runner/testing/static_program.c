/* A program that no loader prepares. */
int main(void) {
  return 0;
}
