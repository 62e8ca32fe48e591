import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { forge } from './forge.ts';

/**
 * Where the provider signs nothing, a token in the URL is all that tells its deliveries from those of anyone: each is
 * sent without the query, and with another.
 */
export function urlTokenCases(subject: ExamSubject): ExamCase[] {
  const { scheme, pack, url } = subject.plan;
  const { search } = new URL(url);
  if (scheme.needsSecret || search === '') return [];
  const fact = pack.manifest.facts['URL token'];
  const source = fact && sourceOf(subject, fact);
  const common = {
    group: 'authenticity',
    severity: 'must',
    expected: 'refused',
    why: 'Nothing is signed: whoever knows the address without its token may send what they like.',
    ...(source && { source }),
  } as const;
  const to =
    (change: (value: string) => string): ExamCase['deliveries'] =>
    (moment) => [{ ...forge(subject, moment), url: withQuery(url, change) }];
  return [
    {
      ...common,
      id: 'authenticity/missing-url-token',
      title: 'refuses a delivery without the query of the URL',
      sent: 'the delivery to the URL without its query',
      deliveries: (moment) => [{ ...forge(subject, moment), url: url.replace(/\?[^#]*/, '') }],
    },
    {
      ...common,
      id: 'authenticity/empty-url-token',
      title: 'refuses a delivery with empty values in the query of the URL',
      sent: 'the delivery to the URL with the values of its query emptied',
      deliveries: to(() => ''),
    },
    {
      ...common,
      id: 'authenticity/wrong-url-token',
      title: 'refuses a delivery with other values in the query of the URL',
      sent: 'the delivery to the URL with the values of its query reversed',
      deliveries: to((value) => `x${[...value].reverse().join('')}`),
    },
    {
      ...common,
      id: 'authenticity/cut-url-token',
      title: 'refuses a delivery with the first half of the token',
      sent: 'the delivery to the URL with the values of its query cut in half',
      deliveries: to((value) => value.slice(0, Math.floor(value.length / 2))),
    },
    {
      ...common,
      id: 'authenticity/extended-url-token',
      title: 'refuses a delivery with characters behind the token',
      sent: 'the delivery to the URL with a letter added to the values of its query',
      deliveries: to((value) => `${value}a`),
    },
  ];
}

function withQuery(text: string, change: (value: string) => string): string {
  const url = new URL(text);
  for (const [name, value] of [...url.searchParams]) url.searchParams.set(name, change(value));
  return url.href;
}
