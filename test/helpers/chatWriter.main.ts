// A process that goes on adding questions to one conversation until it is killed: node chatWriter.cjs <folder> <id>. Says on its output
// the number of each one that was kept.
import { ChatHistory } from '../../src/history';

const [folder = '', id = ''] = process.argv.slice(2);

async function write(): Promise<void> {
	const history = new ChatHistory(folder, () => 0);
	const { conversation, journal } = await history.open(id).catch(() => history.create(id, ''));
	let parent: string | undefined;
	for (let number = conversation.turns.size; ; number++) {
		const text = `${number} ${'tide '.repeat(number % 400)}`;
		await journal.append([{ type: 'question', id: `q${number}`, parent, text, context: [], at: 0 }], 'durable');
		process.stdout.write(`${number}\n`);
		parent = `q${number}`;
	}
}

void write();
