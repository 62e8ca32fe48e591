/** Style sheet of the page; follows the reader's light or dark setting. */
export const PAGE_STYLE = `
:root { --ink: #1b1f24; --dim: #5c6570; --paper: #fbfbfa; --card: #fff; --line: #dfe3e8; --good: #1a7f4b; --bad: #c4314b; --info: #2563a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #9aa4b0; --paper: #14171b; --card: #1c2126; --line: #323a43; --good: #4cc38a; --bad: #ff7a8a; --info: #79b4f2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; } h3 { font-size: .95rem; margin: 0; font-weight: 600; }
p { margin: .25rem 0 .5rem; color: var(--dim); } a { color: var(--info); }
code, textarea, pre { font: .86em/1.45 ui-monospace, monospace; }
#said { min-height: 1.5em; color: var(--ink); white-space: pre-wrap; } #said.bad { color: var(--bad); }
ul { list-style: none; margin: 0; padding: 0; } #assumed { list-style: disc; padding-left: 1.25rem; }
.item, #events li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; padding: .5rem .75rem; }
#events li { display: flex; gap: .75rem; align-items: baseline; justify-content: space-between; } #events li > span { min-width: 0; }
small { color: var(--dim); } .off { color: var(--bad); }
button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .15rem .7rem; cursor: pointer; }
button:hover { border-color: var(--info); } button:focus-visible, textarea:focus-visible, a:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
.buttons { display: flex; gap: .4rem; flex-wrap: wrap; margin: .4rem 0 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--dim); font-weight: 500; }
.delivered { color: var(--good); } .failed, .missed { color: var(--bad); }
pre { margin: .4rem 0 0; white-space: pre-wrap; color: var(--dim); }
dialog { width: min(40rem, 92vw); background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: .6rem; } dialog h2 { margin-top: 0; }
textarea { width: 100%; background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; }
`;
