import * as vscode from 'vscode';
import { type EngineState } from '../../backends';
import { sizeWords } from '../byteWords';
import { deviceRows } from '../deviceRows';
import { deviceTitle, durationWords, obstacleWords } from '../deviceWords';
import { describeStatus } from '../statusBar';
import { type DoctorFacts } from './doctorFacts';

/** Codes whose messages speak of models and processes. Those of servers may repeat what a server said. */
const ownCodes: readonly string[] = [
	'modelMissing',
	'badModel',
	'unsupportedModel',
	'unsupportedTask',
	'outOfMemory',
	'engineStopped',
	'engineCrashing',
	'engineTimeout',
];
const longestMessage = 300;

/** The report as Markdown. Nothing private is in it: no path, no address, no key, no text of a document, no name of a file. */
export function writeReport(facts: DoctorFacts, now: Date): string {
	const { t } = vscode.l10n;
	const sections = [
		[t('Versions'), versions(facts)],
		[t('This machine'), machine(facts)],
		[t('Devices'), devices(facts)],
		[t('Models'), models(facts)],
		[t('Engines'), engines(facts)],
		[t('Settings that differ from the defaults'), settings(facts)],
		[t('Last errors'), errors(facts)],
		[t('Last completions'), completions(facts)],
	] as const;
	const body = sections.map(
		([title, lines]) => `## ${title}\n\n${lines.length > 0 ? lines.join('\n') : `- ${t('none')}`}\n`,
	);
	const head = t(
		'Written on this machine and sent to nobody. Paths, addresses, keys and texts are left out; read it before you share it.',
	);
	return `# ${t('Inkling Doctor')}\n\n${now.toISOString()}\n\n${head}\n\n${body.join('\n')}`;
}

function versions({ inkling, machine, redact }: DoctorFacts): readonly string[] {
	const { env, version } = vscode;
	const where = env.remoteName === undefined ? '' : `, ${vscode.l10n.t('remote')}: ${redact(env.remoteName)}`;
	return [
		`- Inkling ${inkling}, ONNX Runtime ${machine.runtime}`,
		`- ${env.appName} ${version} (${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'}${where}), ${env.language}`,
		`- Node ${process.versions.node}`,
	];
}

function machine({ machine: { system, cpu, cores, threads }, memory }: DoctorFacts): readonly string[] {
	const { t } = vscode.l10n;
	return [
		`- ${system}`,
		`- ${cpu}, ${t('{cores} cores', { cores })}${threads > 0 ? `, ${t('{threads} threads set', { threads })}` : ''}`,
		`- ${t('{free} of {total} memory free', { free: sizeWords(memory.available), total: sizeWords(memory.total) })}`,
	];
}

function devices({ probes, verdict, redact }: DoctorFacts): readonly string[] {
	const { t } = vscode.l10n;
	const rows = deviceRows('auto', probes, verdict).map(({ device, ms, obstacle, detail }) => {
		const found = obstacle
			? obstacleWords(device, obstacle)
			: ms === undefined
				? t('works; not measured')
				: t('{duration} for a short answer', { duration: durationWords(ms) });
		return `- ${deviceTitle(device)}: ${found}${detail ? ` (\`${oneLine(redact(detail))}\`)` : ''}`;
	});
	return verdict ? [...rows, `- ${t('Automatic')}: ${verdict.device.toUpperCase()}`] : rows;
}

function models({ models, pack, byRole, redact }: DoctorFacts): readonly string[] {
	const { t } = vscode.l10n;
	const installed = models.map(({ name, bytes, origin, roles }) => {
		const shipped = origin === 'pack' ? t('model pack, every byte verified') : t('built in');
		return bytes === undefined ? `- ${name} (${shipped})` : `- ${name}, ${sizeWords(bytes)}, ${roles.join(', ')}`;
	});
	const choice = (words: string, model: string | undefined): string => `- ${words}: ${model ?? t('chosen by Inkling')}`;
	return [
		...installed,
		...(pack ? [`- ${pack.title}. ${redact(pack.text)}`] : []),
		choice(t('Completions while typing'), byRole.fill),
		choice(t('Commands on text'), byRole.task),
		choice(t('Chat'), byRole.chat),
	];
}

const engines = ({ engines: slots, nameOf, redact }: DoctorFacts): readonly string[] =>
	slots.map(({ folder, state }) => `- ${nameOf(folder)}: ${oneLine(redact(stateWords(state, nameOf(folder))))}`);

function stateWords(state: EngineState, name: string): string {
	if (state.kind === 'failed') return `\`${state.error.code}\` ${state.error.message}`;
	const named = 'model' in state ? { ...state, model: { ...state.model, name } } : state;
	const loaded =
		'model' in state
			? ` ${vscode.l10n.t('Loaded in {duration}.', { duration: durationWords(state.model.loadMs) })}`
			: '';
	return describeStatus({ engine: named, paused: undefined }).text + loaded;
}

const settings = ({ settings }: DoctorFacts): readonly string[] =>
	settings.map(({ name, place, shown, count }) => {
		const { t } = vscode.l10n;
		const value =
			shown ??
			(count === undefined ? t('set; the value is private') : t('{count} entries, which are private', { count }));
		return `- \`${name}\`${place === 'workspace' ? ` (${t('in the workspace')})` : ''}: ${shown === undefined ? value : `\`${value}\``}`;
	});

const errors = ({ errors, redact }: DoctorFacts): readonly string[] =>
	errors.map(({ at, code, message }) => {
		const text = ownCodes.includes(code) ? ` ${oneLine(redact(message))}` : '';
		return `- ${new Date(at).toISOString()} \`${code}\`${text}`;
	});

function completions({ recent }: DoctorFacts): readonly string[] {
	if (recent.length === 0) return [];
	const { t } = vscode.l10n;
	const sorted = recent.map(({ totalMs }) => totalMs).sort((one, other) => one - other);
	const counts = new Map<string, number>();
	for (const { result } of recent) counts.set(result, (counts.get(result) ?? 0) + 1);
	const [median, slowest] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!].map(durationWords);
	return [
		`- ${t('{count} requests: {median} in the middle, {slowest} at most', { count: recent.length, median: median!, slowest: slowest! })}`,
		`- ${[...counts].map(([result, count]) => `\`${result}\` ${count}`).join(', ')}`,
	];
}

/** Markdown reads line ends and backticks, a message means neither. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('`', "'").slice(0, longestMessage);
