import { type TextGenerator, type Usage } from '../generation';
import { type Result } from './command';

/** The numbers every result has. Milliseconds have one decimal: the rest is noise. */
export function usageFields(usage: Usage | undefined): Result {
	if (!usage) return {};
	return {
		promptTokens: usage.promptTokens,
		reusedTokens: usage.reusedTokens,
		newTokens: usage.newTokens,
		prefillMs: tenths(usage.prefillMs),
		decodeMs: tenths(usage.decodeMs),
		...(usage.cutTokens > 0 ? { cutTokens: usage.cutTokens } : {}),
	};
}

/** Which model answered, and where it runs. */
export function modelFields({ model }: Pick<TextGenerator, 'model'>): Result {
	const fallback = model.fallbackReason === undefined ? {} : { deviceFallback: model.fallbackReason };
	return { model: model.id, device: model.device, ...fallback };
}

/** Milliseconds rounded to one decimal; nothing when there are none. */
export function milliseconds(name: string, value: number | undefined): Result {
	return value === undefined ? {} : { [name]: tenths(value) };
}

function tenths(value: number): number {
	return Math.round(value * 10) / 10;
}
