import { isUtf8 } from 'node:buffer';
import { HooksError } from '../../errors.ts';
import type { OutgoingPlan } from '../../outgoing.ts';
import { isSecretHeader } from '../../secret-names.ts';
import { shownUrl } from '../../shown-url.ts';
import type { SchemeParameters } from '../../signing/scheme.ts';
import { bodyTemplate } from '../body-template.ts';
import { headerTemplate } from '../delivery-template.ts';
import { type SigningRecipe, signingRecipe } from './recipe.ts';

/** A value of a header: text with the id between its pieces, or the name of an environment variable. */
export type ExportedHeader = [name: string, value: string[] | { variable: string }];

/** `delivery.json`: what the generated code makes deliveries of. Holds no secret. */
export interface ExportData {
  method: string;
  /** Absent where the URL holds a credential: HOOKS_URL has to give it. */
  url?: string;
  /** Headers before the signature, and behind it. */
  before: ExportedHeader[];
  after: ExportedHeader[];
  /** Names, in lower case, that the signature must not write: the user has replaced them. */
  replaced: string[];
  body: { pieces: string[]; fields: { value: 'uuid' | 'ulid' | 'time'; fractionDigits: number }[] };
  id: { kind: 'field'; index: number } | { kind: 'fixed'; value: string } | { kind: 'made'; format: string };
  signing: SigningRecipe;
}

/** The plan as data. Throws HooksError `usage` for what cannot be exported. */
export function exportData(plan: OutgoingPlan, parameters: SchemeParameters, isSigned: boolean): ExportData {
  const template = bodyTemplate(plan);
  if (template === undefined) throw new TypeError('a plan with an id of its own has no template');
  if (!isUtf8(template.bytes)) {
    throw new HooksError('usage', 'a body that is not UTF-8 cannot be exported', {
      why: 'these engines send texts',
      next: 'load it with `hooks load` itself',
    });
  }
  const headers = headerTemplate(plan);
  const places = new Map(headers.idPlaces.map(({ position, pieces }) => [position, pieces]));
  const manifest = (plan.pack ?? plan.choice?.pack)?.manifest;
  const data: ExportData = {
    method: plan.method ?? manifest?.request.method.value ?? 'POST',
    ...(shownUrl(plan.url) === plan.url && { url: plan.url }),
    before: pairs(headers.before, (value, position) => places.get(position) ?? [value]),
    after: pairs(headers.after, (value) => [value]),
    replaced: [...headers.replaced],
    ...bodyPieces(template),
    signing: isSigned ? signingRecipe(parameters) : { kind: 'none' },
  };
  refuseRepeated(data);
  return data;
}

function pairs(
  flat: readonly string[],
  value: (text: string, position: number) => string[],
): ExportedHeader[] {
  const list: ExportedHeader[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at] ?? '';
    const variable = name.toUpperCase().replaceAll('-', '_');
    list.push([name, isSecretHeader(name) ? { variable } : value(flat[at + 1] ?? '', at + 1)]);
  }
  return list;
}

function bodyPieces({ bytes, holes, id }: NonNullable<ReturnType<typeof bodyTemplate>>) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const placed = holes
    .map((hole, index) => ({ ...hole, index }))
    .filter((hole): hole is typeof hole & { start: number } => hole.start !== undefined)
    .sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  let from = 0;
  for (const { start } of placed) {
    pieces.push(decoder.decode(bytes.subarray(from, start)));
    // The value ends before the next quote; it holds none itself.
    from = bytes.indexOf(QUOTE, start);
  }
  pieces.push(decoder.decode(bytes.subarray(from)));
  const fields = placed.map(({ field }) => ({
    value: field.value,
    fractionDigits: field.fractionDigits ?? 3,
  }));
  const source: ExportData['id'] =
    id.kind === 'hole' ? { kind: 'field', index: placed.findIndex(({ index }) => index === id.index) } : id;
  return { body: { pieces, fields }, id: source };
}

const QUOTE = '"'.charCodeAt(0);

/** These engines take headers as an object, which has room for one of each name. */
function refuseRepeated({ before, after }: ExportData): void {
  const seen = new Set<string>();
  for (const [name] of [...before, ...after]) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      throw new HooksError('usage', `the header ${name} is given twice, which cannot be exported`, {
        next: 'leave one of them out',
      });
    }
    seen.add(folded);
  }
}
