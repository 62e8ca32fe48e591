/** A piece of the signed bytes; text stands for its UTF-8 bytes. */
export type MessagePart = string | Uint8Array;

const PLACEHOLDERS = ['{id}', '{timestamp}', '{body}'] as const;

/** What a template signs, in its compiled form. */
export interface ContentTemplate {
  readonly covers: { readonly id: boolean; readonly timestamp: boolean; readonly body: boolean };
  /** The signed bytes in order, ready for successive updates of a hash: the body is not copied. */
  fill(id: string, timestamp: string, body: Uint8Array): MessagePart[];
}

/** Compiles e.g. `{id}.{timestamp}.{body}`. */
export function compileContent(template: string): ContentTemplate {
  const texts = template.split('{body}').map(compileText);
  return {
    covers: {
      id: template.includes('{id}'),
      timestamp: template.includes('{timestamp}'),
      body: template.includes('{body}'),
    },
    fill(id, timestamp, body) {
      const parts: MessagePart[] = [];
      for (let index = 0; index < texts.length; index++) {
        if (index > 0) parts.push(body);
        const text = texts[index]?.(id, timestamp);
        if (text) parts.push(text);
      }
      return parts;
    },
  };
}

/** The text before, between or after bodies. */
function compileText(template: string): (id: string, timestamp: string) => string {
  const pieces = template.split(/(\{id\}|\{timestamp\})/).filter((piece) => piece !== '');
  if (pieces.length === 0) return () => '';
  return (id, timestamp) => {
    let text = '';
    for (const piece of pieces) {
      if (piece === '{id}') text += id;
      else text += piece === '{timestamp}' ? timestamp : piece;
    }
    return text;
  };
}

/** Words in braces that mean nothing in a template. */
export function unknownPlaceholders(template: string): string[] {
  const known: readonly string[] = PLACEHOLDERS;
  return [...template.matchAll(/\{[^{}]*\}/g)].map(([word]) => word).filter((word) => !known.includes(word));
}
