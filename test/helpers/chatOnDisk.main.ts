// Does one thing with the conversations of a folder on a disk that does not let it: node chatOnDisk.cjs <folder> <action>. Says as JSON
// which code it failed with, and what can be read of the old conversations afterwards. Frees the disk where there is a file `ballast`
// and goes on, to see what is kept then.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type SessionJournal } from '../../src/chat';
import { ChatHistory, HistoryError } from '../../src/history';

const [folder = '', action = ''] = process.argv.slice(2);
const history = new ChatHistory(folder, () => 0);

const ask = (journal: SessionJournal, id: string): Promise<void> =>
	journal.append(
		[{ type: 'question', id, parent: undefined, text: 'tide '.repeat(40_000), context: [], at: 0 }],
		'durable',
	);

const codeOf = (work: Promise<unknown>): Promise<string> =>
	work.then(
		() => 'none',
		(error: unknown) => (error instanceof HistoryError ? error.code : `not coded: ${String(error)}`),
	);

async function questions(id: string): Promise<readonly string[]> {
	const { conversation } = await new ChatHistory(folder, () => 0).open(id);
	return [...conversation.turns.keys()];
}

/** What two questions meet, the second once there is room again. */
async function askTwice(journal: SessionJournal, id: string): Promise<object> {
	const code = await codeOf(ask(journal, 'first'));
	const ballast = join(folder, 'ballast');
	if (!existsSync(ballast)) return { code };
	rmSync(ballast);
	const again = await codeOf(ask(journal, 'second'));
	return { code, again, kept: (await questions(id)).slice(-2) };
}

async function run(): Promise<object> {
	switch (action) {
		case 'append':
			return askTwice((await history.open('old')).journal, 'old');
		case 'create':
			return askTwice(history.create('new', '').journal, 'new');
		case 'delete':
			return { code: await codeOf(history.delete('old')) };
		case 'open':
			return { code: await codeOf(history.open('damaged')) };
		default:
			throw new Error(`No such action: ${action}`);
	}
}

void run().then(async outcome => {
	const old = (await questions('old').catch(() => [])).filter(id => id.startsWith('q')).length;
	const damaged = (await questions('damaged').catch(() => [])).length;
	process.stdout.write(JSON.stringify({ ...outcome, old, damaged }));
});
