import { Box, Text } from 'ink';
import { detailBody, detailHead, helpLines, hintLine, statusLine, titleLine } from './frame-lines.ts';
import { listLines } from './list-lines.ts';
import { type LiveState, layoutOf } from './live-state.ts';

/** One frame of the view; fills the screen exactly. */
export function LiveScreen({ state }: { state: LiveState }) {
  const { columns, rows } = state.size;
  const { bodyRows } = layoutOf(state);
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Line text={titleLine(state)} />
      <Box height={bodyRows} width={columns} overflow="hidden" flexShrink={0}>
        <Body state={state} />
      </Box>
      {rows > 2 && <Line text={statusLine(state)} />}
      {rows > 3 && <Line text={hintLine(state)} />}
    </Box>
  );
}

function Body({ state }: { state: LiveState }) {
  const { isSplit, listColumns, bodyRows } = layoutOf(state);
  if (state.pane === 'help') return <Lines lines={helpLines(state)} width={state.size.columns} />;
  if (state.pane === 'list') return <Lines lines={listLines(state)} width={listColumns} />;
  if (!isSplit) return <DetailPane state={state} />;
  return (
    <>
      <Lines lines={listLines(state)} width={listColumns} />
      <Lines lines={Array.from({ length: bodyRows }, () => state.colors.dim('│'))} width={1} />
      <DetailPane state={state} />
    </>
  );
}

function DetailPane({ state }: { state: LiveState }) {
  const { detailColumns } = layoutOf(state);
  return (
    <Box flexDirection="column" width={detailColumns} flexShrink={0}>
      <Lines lines={detailHead(state)} width={detailColumns} />
      <Box width={detailColumns} overflow="hidden" flexShrink={0}>
        <Box marginLeft={-state.scroll.left} flexShrink={0}>
          <Lines lines={detailBody(state)} width={detailColumns + state.scroll.left} />
        </Box>
      </Box>
    </Box>
  );
}

function Lines({ lines, width }: { lines: readonly string[]; width: number }) {
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen.
        <Line key={index} text={line} />
      ))}
    </Box>
  );
}

/** An empty text would take no line. */
function Line({ text }: { text: string }) {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
    </Box>
  );
}
