/** Style sheet of the HTML report; follows the reader's light or dark setting, and prints. */
export const REPORT_STYLE = `
:root { --ink: #1b1f24; --dim: #5c6570; --paper: #fbfbfa; --card: #fff; --line: #dfe3e8; --good: #1a7f4b; --bad: #c4314b; --warn: #a86400; --info: #2563a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #9aa4b0; --paper: #14171b; --card: #1c2126; --line: #323a43; --good: #4cc38a; --bad: #ff7a8a; --warn: #f0b35a; --info: #79b4f2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
header { --tone: var(--bad); display: flex; gap: 1.75rem; align-items: center; flex-wrap: wrap; }
header.passed { --tone: var(--good); }
header > div { flex: 1 1 20rem; min-width: 0; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2.5rem 0 .75rem; }
.verdict { margin: .2rem 0 .6rem; font-weight: 650; color: var(--tone); }
.score { width: 8rem; height: 8rem; flex: none; }
.score circle { fill: none; stroke-width: 3; stroke: var(--line); }
.score .reached { stroke: var(--tone); transform: rotate(-90deg); transform-origin: center; }
.score text { fill: currentColor; font-size: 9.5px; font-weight: 700; text-anchor: middle; dominant-baseline: central; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .8rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { border-top: 0; color: var(--dim); font-weight: 500; } tbody th { font-weight: 500; } th:first-child { text-align: left; }
tbody tr:last-child > * { font-weight: 650; }
meter { width: 5rem; margin-left: .4rem; vertical-align: middle; }
details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .6rem .9rem; }
details details { background: var(--paper); }
.case { --tone: var(--dim); border-left: 4px solid var(--tone); }
.passed { --tone: var(--good); } .must { --tone: var(--bad); } .should { --tone: var(--warn); } .note { --tone: var(--info); }
summary { cursor: pointer; overflow-wrap: anywhere; } summary small, summary code { color: var(--dim); font-weight: 400; }
.group > summary { font-weight: 500; } details[open] > summary { margin-bottom: .5rem; }
.mark { color: var(--tone); font-weight: 650; }
code { font: .86em/1.4 ui-monospace, monospace; } a { color: var(--info); }
@media (max-width: 36rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .4rem; } }
@media print { :root { --ink: #000; --paper: #fff; --card: #fff; --dim: #444; --line: #bbb; } body { font-size: 11px; } main { max-width: none; padding: 0; } .case { break-inside: avoid; } }
`;
