import { nextToFeed } from '../../../src/engine/families/family';
import { type LoadedModel } from '../../../src/engine/loadedModel';
import { certaintyClass, Evidence, LocalContext } from '../../../src/engine/ngrams';
import { type BuiltPrompt } from '../../../src/engine/promptFormat';

/** Votes of one class at one place: how many there were, and how many were for the token that came. */
export interface ClassVotes {
	readonly kind: number;
	readonly count: number;
	readonly right: number;
}

/** What was known before one token of real text, and how likely it was. */
export interface Observation {
	/** The model's own. */
	readonly probability: number;
	readonly certainty: number;
	readonly votes: readonly ClassVotes[];
}

const chunkTokens = 128;

/** Reads the tokens that really came after a prompt through the model and the cache. */
export async function observe(
	model: LoadedModel,
	prompt: BuiltPrompt,
	targets: readonly number[],
): Promise<readonly Observation[]> {
	const { before, after } = prompt.document ?? { before: prompt.ids, after: [] };
	const context = new LocalContext(before, after);
	const evidence = new Evidence();
	const plan = model.plan(prompt);
	const sequence = model.caches.take(plan);
	let logits: Float32Array = new Float32Array(0);
	for (let held = sequence.tokens.length; held < plan.ids.length; held = sequence.tokens.length) {
		const next = nextToFeed(plan, held, chunkTokens);
		logits = await sequence.state.forward(next);
		sequence.tokens.push(...next);
	}
	const observations: Observation[] = [];
	for (const target of targets) {
		evidence.clear();
		model.ngrams.collect(context, undefined, evidence);
		observations.push({ ...distribution(logits, target), votes: votesFor(evidence, target) });
		context.push(target);
		logits = await sequence.state.forward([target]);
		sequence.tokens.push(target);
	}
	model.caches.giveBack(sequence);
	return observations;
}

function distribution(logits: Float32Array, target: number): Pick<Observation, 'probability' | 'certainty'> {
	let best = -Infinity;
	for (const logit of logits) best = Math.max(best, logit);
	let sum = 0;
	for (const logit of logits) sum += Math.exp(logit - best);
	return { probability: Math.exp(logits[target]! - best) / sum, certainty: certaintyClass(1 / sum) };
}

function votesFor(evidence: Evidence, target: number): readonly ClassVotes[] {
	const votes = new Map<number, ClassVotes>();
	for (let index = 0; index < evidence.count; index++) {
		const kind = evidence.classAt(index);
		const right = (votes.get(kind)?.right ?? 0) + (evidence.followerAt(index) === target ? 1 : 0);
		votes.set(kind, { kind, count: evidence.countAt(index), right });
	}
	return [...votes.values()];
}
