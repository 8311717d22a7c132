/** Looks again and again until it is so. The test's own time limit ends it when it never is. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 4))
}
