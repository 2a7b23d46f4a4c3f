import { runFlags } from './arguments';
import { type Command, type Flags } from './command';

const width = 100;

/** The program's own help: its commands. */
export function programHelp(commands: readonly Command[]): string {
	const lines = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
	return [
		'Inkling on the command line: the same engine, pipeline and templates as in the editor.',
		'',
		...lines,
		'',
		'Use: npm run -s <command> -- --help',
		'Each prints one JSON object per job. A failure is {"error":{"code","message"}} and exit status 1.',
		'',
	].join('\n');
}

/** Everything about one command. */
export function commandHelp(command: Command): string {
	const jobOnly = Object.entries(command.flags).filter(([, flag]) => flag.batchOnly === true);
	const own = Object.entries(command.flags).filter(([, flag]) => flag.batchOnly !== true);
	return [
		command.summary,
		'',
		`Use: npm run -s ${command.name} -- [flags]`,
		'',
		...flagLines(Object.fromEntries(own)),
		'',
		'For the whole run:',
		...flagLines(runFlags),
		'',
		...command.notes.flatMap(note => [...wrap(note, width), '']),
		...wrap(
			'With --batch a job has the same fields in camelCase (maxTokens), and id, which comes back with its result. A job that fails gives an error object in its place; the exit status is then 1.',
			width,
		),
		...(jobOnly.length === 0 ? [] : ['', 'Only in such jobs:', ...flagLines(Object.fromEntries(jobOnly), '')]),
		'',
	].join('\n');
}

function flagLines(flags: Flags, dashes = '--'): readonly string[] {
	const entries = Object.entries(flags).map(([name, { value, help }]) => ({
		left: `  ${dashes}${name}${value === undefined ? '' : ` ${value}`}`,
		help,
	}));
	const column = Math.max(...entries.map(({ left }) => left.length)) + 2;
	return entries.flatMap(({ left, help }) =>
		wrap(help, width - column).map((line, index) => (index === 0 ? left : '').padEnd(column) + line),
	);
}

function wrap(text: string, columns: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > columns) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
