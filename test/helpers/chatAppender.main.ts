// Adds questions to one conversation, as one of several windows: node chatAppender.cjs <folder> <id> <name> <count>. Begins when it is
// told to, and says at its end how many questions of others it was told about.
import { ChatHistory } from '../../src/history';

const [folder = '', id = '', name = '', count = ''] = process.argv.slice(2);

async function append(): Promise<number> {
	let foreign = 0;
	const { journal } = await new ChatHistory(folder, () => 0).open(id, records => (foreign += records.length));
	process.stdout.write('ready\n');
	await new Promise(resolve => process.stdin.once('data', resolve));
	for (let number = 0; number < Number(count); number++) {
		const text = `${name} ${number} ${'tide '.repeat((number * 37) % 3000)}`;
		const record = { type: 'question', id: `${name}${number}`, parent: undefined, text, context: [], at: 0 } as const;
		await journal.append([record], number % 10 === 0 ? 'durable' : 'soon');
	}
	return foreign;
}

void append().then(foreign => {
	process.stdout.write(`${foreign}\n`);
	process.exit();
});
