import { type FillPrompt, type GenerateRequest, type ModelInfo, type Sampling } from '../generation';
import { type WindowBudget } from './contextWindow';
import { type Mode } from './mode';
import { type Place } from './place';
import { type PromptWindow } from './contextWindow';
import { type CompletionSettings } from './settings';

/** Share of the prompt for the text after the cursor. */
const suffixShare = 0.2;
/** Room for the format's control tokens and the file's extension. */
const formatTokens = 24;
const fewestTokens = 64;
/** In prefix-first order the suffix is computed anew with every keystroke, so that it must be short. */
const linesOfLateSuffix = 8;

/** How much of the document the model gets; `mostTokens` is what it reads in time. */
export function budgetFor(model: ModelInfo, settings: CompletionSettings, mostTokens = Infinity): WindowBudget {
	const room = model.contextTokens - settings.blockTokens - formatTokens;
	const tokens = Math.max(fewestTokens, Math.min(settings.promptTokens, mostTokens, room));
	return {
		prefixTokens: tokens * (1 - suffixShare),
		suffixTokens: tokens * suffixShare,
		suffixLines: model.suffixFirst === false ? linesOfLateSuffix : Infinity,
	};
}

/** The request for one candidate. */
export function requestFor(
	window: PromptWindow,
	place: Place,
	mode: Mode,
	settings: CompletionSettings,
): GenerateRequest {
	const prompt: FillPrompt = {
		kind: 'fill',
		prefix: window.prefix,
		suffix: window.suffix,
		extension: place.document.extension,
		// Open tabs and recent edits will stand here.
		snippets: [],
		document: place.document.uri,
	};
	return {
		prompt,
		maxTokens: mode === 'line' ? settings.lineTokens : settings.blockTokens,
		sampling: { temperature: 0 },
		stop: [],
		priority: 'typing',
		ngramCache: settings.ngramCache,
	};
}

/** Sampling of the n-th candidate: the first is greedy, the others vary in a way that can be repeated. */
export function samplingFor(candidate: number, settings: CompletionSettings): Sampling {
	return candidate === 0
		? { temperature: 0 }
		: { temperature: settings.manualTemperature, topP: 0.95, seed: candidate };
}
