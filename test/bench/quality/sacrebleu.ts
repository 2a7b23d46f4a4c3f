import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Corpus scores, 0 to 100. */
export interface TextScores {
	readonly chrF: number;
	readonly bleu: number;
}

/** chrF and BLEU as the sacrebleu package computes them, so that figures can be compared with other people's. */
export class Sacrebleu {
	private constructor(
		private readonly python: string,
		private readonly script: string,
		/** Of the package; stands beside every score. */
		readonly version: string,
	) {}

	/** The first of some Python programs that has the package; undefined when none does. */
	static async find(pythons: readonly string[], root: string): Promise<Sacrebleu | undefined> {
		const script = join(root, 'test', 'bench', 'quality', 'scores.py');
		for (const python of pythons) {
			const version = await answerOf(python, ['-c', 'import sacrebleu; print(sacrebleu.__version__)'], '').catch(
				() => undefined,
			);
			if (version !== undefined) return new Sacrebleu(python, script, version.trim());
		}
		return undefined;
	}

	/**
	 * @param language of the texts; decides how BLEU finds words ('zh': by character)
	 * @throws Error when the package fails, with what it said
	 */
	async score(texts: readonly string[], references: readonly string[], language: string): Promise<TextScores> {
		const answer = await answerOf(this.python, [this.script], JSON.stringify({ texts, references, language }));
		return JSON.parse(answer) as TextScores;
	}
}

/** What a program writes to its standard output. */
function answerOf(program: string, args: readonly string[], input: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
		let output = '';
		let complaint = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
		child.on('error', reject);
		child.on('close', status => {
			if (status === 0) resolve(output);
			else reject(new Error(`${program} ended with status ${status ?? 'none'}: ${complaint.slice(-500)}`));
		});
		// A program that ends without reading is reported by its status.
		child.stdin.on('error', () => undefined).end(input);
	});
}
