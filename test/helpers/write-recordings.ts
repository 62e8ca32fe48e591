// A process of its own that writes to a store: node write-recordings.js <folder> <how many> <number that is its own>
import { openRecordings } from '../../src/adapters/store/reader.ts';
import { createRecordingWriter } from '../../src/adapters/store/writer.ts';
import { KEEP_ALL } from './history-store.ts';
import { idAt, minute, received } from './recordings.ts';

const [directory = '', count = '1', own = '0'] = process.argv.slice(2);
const AT_ONCE = 5;

const writer = createRecordingWriter(directory, KEEP_ALL, () => new Date());
for (let index = 0; index < Number(count); index += AT_ONCE) {
  const batch = Array.from({ length: AT_ONCE }, (_, more) => index + more);
  await Promise.all(
    batch.map((at) =>
      writer.write(received(at, { id: idAt(minute(at), Number(own)), target: `/from/${own}` })),
    ),
  );
}
const reader = openRecordings(directory);
process.stdout.write(`${reader.list({ grep: `/from/${own}` }).length}\n`);
reader.close();
writer.close();
