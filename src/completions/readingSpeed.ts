import { type ModelInfo, type Usage } from '../generation';

/** Lengths of a prompt, in tokens. Few, because another length means reading the text around the cursor anew. */
const lengths = [192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192] as const;
/** How long reading may take where the cursor jumps to: most of what a person waits for before typing on. */
const readingMs = 800;
/** What is read before any speed is known. */
const firstLength = 512;
/** Fewer tokens say more about the run's fixed cost than about the speed. */
const fewestTokens = 48;
const remembered = 5;
/** A longer prompt must be read this much faster than needed, so that the length does not go up and down. */
const margin = 1.3;

/** How much text around the cursor a model on this machine reads in time. Long prompts help, but a suggestion that comes
 * seconds after a jump of the cursor does not. */
export class ReadingSpeed {
	/** Tokens a millisecond, latest last. */
	private readonly rates: number[] = [];
	private length: number;

	/** @param tokensPerSecond what was measured before, if it was */
	constructor(tokensPerSecond?: number) {
		this.length = tokensPerSecond === undefined ? firstLength : longest((tokensPerSecond / 1000) * readingMs);
	}

	/** What a request says about the speed. One that was taken back before its first token has read an unknown part of its prompt. */
	note({ promptTokens, reusedTokens, newTokens, prefillMs }: Usage): void {
		const tokens = promptTokens - reusedTokens;
		if (tokens < fewestTokens || newTokens === 0 || !(prefillMs > 0)) return;
		this.rates.push(tokens / prefillMs);
		if (this.rates.length > remembered) this.rates.shift();
		const within = this.median() * readingMs;
		this.length = Math.max(longest(within / margin), Math.min(this.length, longest(within)));
	}

	/** Most tokens of a prompt. Servers read fast, and what they take does not depend on this machine. */
	limitFor({ device }: Pick<ModelInfo, 'device'>): number {
		return device === 'remote' ? Infinity : this.length;
	}

	private median(): number {
		const sorted = [...this.rates].sort((first, second) => first - second);
		return sorted[Math.floor(sorted.length / 2)]!;
	}
}

/** The longest of the lengths within some tokens. */
const longest = (most: number): number => lengths.findLast(length => length <= most) ?? lengths[0];

const rememberedModels = 4;

/** The speeds of the models that answer by turns: what one reads in time says nothing about another. */
export class ReadingSpeeds {
	private readonly speeds = new Map<string, ReadingSpeed>();

	of({ id, device, promptTokensPerSecond }: Pick<ModelInfo, 'id' | 'device' | 'promptTokensPerSecond'>): ReadingSpeed {
		const key = `${device} ${id}`;
		const speed = this.speeds.get(key) ?? new ReadingSpeed(promptTokensPerSecond);
		this.speeds.delete(key);
		this.speeds.set(key, speed);
		const [oldest] = this.speeds.keys();
		if (this.speeds.size > rememberedModels && oldest !== undefined) this.speeds.delete(oldest);
		return speed;
	}

	clear(): void {
		this.speeds.clear();
	}
}
