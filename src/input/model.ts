export function modelRowOf(object: Record<string, unknown>, _name: string): unknown {
  return object;
}
