/** File name of a sample, schema or fixture; what a file name can't hold is percent-encoded. */
export function eventFileName(eventType: string, variant?: string): string {
  const stem = eventType.replaceAll(
    /[\u0000-\u001f\u007f%/\\:*?"<>|@]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `${stem}${variant === undefined ? '' : `@${variant}`}.json`;
}
