import { createHash } from 'node:crypto';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';

/** The page and the policy that lets in nothing but its own script and style. */
export interface Page {
  html: string;
  policy: string;
}

/**
 * The page of `hooks serve`: one file that needs nothing else. What it shows comes as JSON from `/_hooks/state`; the
 * token lets it ask.
 */
export function createPage(title: string, token: string): Page {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash(PAGE_STYLE)}'`,
    `script-src 'sha256-${hash(PAGE_SCRIPT)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="hooks-token" content="${escaped(token)}">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p>A local stand-in by <code>hooks serve</code>; it is not the provider. <a href="/openapi.json">OpenAPI document</a></p>
</header>
<p id="said" role="status" aria-live="polite"></p>
<div id="kinds"></div>
<section aria-labelledby="events-title">
<h2 id="events-title">Event types</h2>
<p>Send makes a sample and delivers it to all that have subscribed to its type.</p>
<ul id="events"></ul>
</section>
<section aria-labelledby="deliveries-title">
<h2 id="deliveries-title">Last deliveries</h2>
<div class="wide"><table>
<thead><tr><th scope="col">When</th><th scope="col">Event type</th><th scope="col">To</th><th scope="col">Outcome</th><th scope="col">Answer</th></tr></thead>
<tbody id="deliveries"></tbody>
</table></div>
</section>
<section aria-labelledby="assumed-title">
<h2 id="assumed-title">Assumed, not published</h2>
<p>Do not rely on these: the provider may do otherwise.</p>
<ul id="assumed"></ul>
</section>
<dialog id="editor" aria-labelledby="editor-title">
<form method="dialog">
<h2 id="editor-title"></h2>
<label for="editor-body">Request body (JSON)</label>
<textarea id="editor-body" rows="12" spellcheck="false"></textarea>
<p class="buttons"><button type="button" id="editor-send">Send</button> <button type="button" id="editor-cancel">Cancel</button></p>
</form>
</dialog>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
  return { html, policy };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
