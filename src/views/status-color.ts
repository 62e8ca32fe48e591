import type { ChalkInstance } from 'chalk';

export function statusColor(status: number, colors: ChalkInstance): ChalkInstance {
  if (status < 300) return colors.green;
  return status < 400 ? colors.yellow : colors.red;
}
