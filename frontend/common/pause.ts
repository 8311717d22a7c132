const LONGEST = 15_000

/** Waits before another attempt to connect: longer each time, and not all browsers at once. */
export function pause(retries: number): Promise<void> {
  const longest = Math.min(500 * 2 ** retries, LONGEST)
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)))
}
