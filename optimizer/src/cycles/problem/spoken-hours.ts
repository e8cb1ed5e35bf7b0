/** 40 minutes, 1 hour, 3.5 hours */
export function spokenHours(count: number): string {
  if (count < 1) return `${Math.round(count * 60)} minutes`;
  const rounded = Number(count.toFixed(1));
  return rounded === 1 ? "1 hour" : `${rounded} hours`;
}
